import { createHash } from "node:crypto";
import { type Chance, type FuzzTarget, keptInputs, mutate, mutateJson } from "@earshot/testing/fuzz";
import { readSafetensors, unpackModel, unpackState } from "../src/index.js";
import { readCsv } from "../src/tabular/readCsv.js";
import { joinFolder, joinHeader, splitFolder, splitHeader } from "./containers.js";
import { fittedFolders, states, tensorFiles } from "./seeds.js";

// WebCrypto answers from another thread, for which ten million executions would wait longer than for all else.
Object.defineProperty(globalThis.crypto, "subtle", { value: undefined });

/** What model folders, checkpoints and tables of strangers go through. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  const folders = await fittedFolders();
  const all: FuzzTarget[] = [
    {
      name: "safetensors",
      seeds: tensorFiles(),
      damage: damageHeader,
      // 8-bit integers widen to 32 bits; what else there is of an entry is its name.
      limitBytes: (n) => 4 * n,
      run: (bytes) => Object.values(readSafetensors(bytes)).reduce((sum, { data }) => sum + data.byteLength, 0),
      allows: isNamed,
    },
    {
      name: "state files",
      seeds: states(),
      share: 0.2,
      damage: damageHeader,
      run: (bytes) => Object.keys(unpackState(bytes)).length,
      allows: isNamed,
    },
    {
      name: "model.json",
      seeds: folders,
      damage: damageFolder,
      async run(bytes) {
        const { model } = await unpackModel(splitFolder(bytes));
        model.dispose();
        return 0;
      },
      allows: isNamed,
    },
    {
      name: "CSV tables",
      seeds: tables.map((text) => new TextEncoder().encode(text)),
      damage: (seed, other, chance) => mutate(seed, other, chance, cells),
      run: (bytes) => 8 * readCsv(new TextDecoder().decode(bytes)).rows,
      allows: isNamed,
    },
  ];
  return all.map((target) => ({ ...target, seeds: [...target.seeds, ...keptInputs(import.meta.url, target.name)] }));
}

const tables = [
  'a,b,c\n1,"x, ""y""",NA\r\n2,z,3.5\n',
  "\ufeffid;text;n\n1;a;2\n",
  "a\tb\n1\t2\n",
  'q\n"open',
  "x,y\n1\n2,3,4\n",
  "1 2  3\n 4 5 6 \n",
];
const cells = ['"', '""', ",", "\r\n", "\n", "\r", "NA", "1e999", "0x10", "-", " ", "\t", ";", "|"].map((text) =>
  new TextEncoder().encode(text),
);

/** Half of the time the bytes, half of the time the header as a tree, its length put right. */
function damageHeader(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  const [own, foreign] = [splitHeader(seed), splitHeader(other)];
  if (!own || chance.next() < 0.4) return mutate(seed, other, chance);
  return asTree(own.header, foreign?.header ?? "{}", chance, (header) => joinHeader(header, own.body), seed, other);
}

/** Mostly the tree of model.json, sometimes the weights, whose hash is put right as an attacker would. */
function damageFolder(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  if (chance.next() < 0.1) return mutate(seed, other, chance);
  const { "model.json": manifest, "weights.safetensors": weights } = splitFolder(seed);
  const foreign = splitFolder(other);
  const fresh = chance.next() < 0.3 ? damageHeader(weights, foreign["weights.safetensors"], chance) : weights;
  const withHash = (text: string): Uint8Array => {
    if (fresh === weights || chance.next() < 0.05) return joinFolder(new TextEncoder().encode(text), fresh);
    const hash = createHash("sha256").update(fresh).digest("hex");
    const told = text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${hash}"`);
    return joinFolder(new TextEncoder().encode(told), fresh);
  };
  const text = decode(manifest);
  if (fresh !== weights && chance.next() < 0.2) return withHash(text);
  return asTree(text, decode(foreign["model.json"]), chance, withHash, seed, other);
}

/** What a damaged tree makes; seeds that are no JSON are damaged as bytes. */
function asTree(
  text: string,
  foreign: string,
  chance: Chance,
  make: (text: string) => Uint8Array,
  seed: Uint8Array,
  other: Uint8Array,
): Uint8Array {
  try {
    return make(mutateJson(text, foreign, chance));
  } catch {
    return mutate(seed, other, chance);
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Errors of ours say who speaks; those of the language do not. */
const isNamed = (error: unknown): boolean =>
  (error instanceof RangeError || error instanceof TypeError) && /^[\w.]+: ./.test(error.message);
