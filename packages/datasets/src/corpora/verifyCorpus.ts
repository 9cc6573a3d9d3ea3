import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { openStorage } from "../storage/storage.js";
import { isAudioName } from "./audioItems.js";
import { type OtherCorpus, otherCorpora } from "./otherCorpora.js";
import { corpora } from "./registry.js";
import { CorpusError, type Item } from "./types.js";

/** How a corpus at hand compares with the published one. */
export interface CorpusVerification {
  name: string;
  items: number;
  /** Items of the whole release, where it is known. */
  expected?: number;
  /** Ids that are not here: of the release, where its names follow a rule, or of the corpus' own lists. */
  missing: string[];
  /** Sound files that are none of the corpus. */
  extra: string[];
  /** Files whose content is not that of the release, where its check sums are known. */
  altered: string[];
  /** Items that cannot be decoded. */
  broken: { id: string; reason: string }[];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const two = (n: number): string => String(n).padStart(2, "0");

/** What the releases hold. */
const releases: Record<string, { items: number; ids?: () => string[] }> = {
  freeSpokenDigits: {
    items: 3000,
    ids: () =>
      ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"].flatMap((speaker) =>
        range(0, 9).flatMap((digit) => range(0, 49).map((take) => `${digit}_${speaker}_${take}`)),
      ),
  },
  audioMnist: {
    items: 30000,
    ids: () =>
      range(1, 60).flatMap((s) =>
        range(0, 9).flatMap((digit) => range(0, 49).map((take) => `${digit}_${two(s)}_${take}`)),
      ),
  },
  ravdess: {
    items: 1440,
    ids: () =>
      range(1, 24).flatMap((actor) =>
        range(1, 8).flatMap((emotion) =>
          // There is no strong neutral.
          (emotion === 1 ? [1] : [1, 2]).flatMap((intensity) =>
            [1, 2].flatMap((statement) =>
              [1, 2].map((take) =>
                ["03", "01", two(emotion), two(intensity), two(statement), two(take), two(actor)].join("-"),
              ),
            ),
          ),
        ),
      ),
  },
  emoDb: { items: 535 },
  cremaD: { items: 7442 },
  tess: { items: 2800 },
  savee: {
    items: 480,
    ids: () =>
      ["DC", "JE", "JK", "KL"].flatMap((speaker) =>
        ["a", "d", "f", "h", "n", "sa", "su"].flatMap((code) =>
          range(1, code === "n" ? 30 : 15).map((n) => `${speaker}_${code}${two(n)}`),
        ),
      ),
  },
  esc10: { items: 400 },
  esc50: { items: 2000 },
  speechCommands: { items: 105829 },
  inTheWild: { items: 31779 },
};

/** Options of {@link verifyCorpus}. */
export interface VerifyCorpusOptions {
  root: string;
  cacheDir?: string;
  /** Also decode every item (default false). */
  decode?: boolean;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Compares a corpus at hand with the published one: which files are missing, which do not belong, which are broken.
 *
 * @param name a key of `corpora`, or the name of any other corpus of `listCorpora`
 * @throws CorpusError if there is no such corpus, or nothing of it is below the root
 */
export async function verifyCorpus(
  name: string,
  { root, cacheDir, decode = false, onProgress }: VerifyCorpusOptions,
): Promise<CorpusVerification> {
  if (Object.hasOwn(otherCorpora, name)) return verifyOther(name, otherCorpora[name], { root, cacheDir });
  if (!Object.hasOwn(corpora, name)) {
    const known = [...Object.keys(corpora), ...Object.keys(otherCorpora)].join(", ");
    throw new CorpusError(`verifyCorpus: no corpus is called ${JSON.stringify(name)}; there are ${known}.`);
  }
  const kind = corpora[name];
  const { items } = await kind.load({ root, cacheDir });
  const storage = await openStorage(root, { names: kind.names, cacheDir });
  const here = new Set(items.map((i) => i.id));
  const ours = new Set(items.map((i) => i.path));
  const release = releases[name];
  return {
    name,
    items: items.length,
    expected: release?.items,
    missing: [...(release?.ids?.() ?? (await kind.listed?.(storage)) ?? [])].filter((id) => !here.has(id)),
    extra: storage.files.filter((file) => isAudioName(file) && !ours.has(storage.path(file))),
    altered: [],
    broken: decode ? await findBroken(items, onProgress) : [],
  };
}

/** Pictures, texts and rows: their number, and the content of files whose sums are known; loading them has checked their form. */
async function verifyOther(
  name: string,
  { names, expected, sums = {}, listed, load }: OtherCorpus,
  { root, cacheDir }: Pick<VerifyCorpusOptions, "root" | "cacheDir">,
): Promise<CorpusVerification> {
  const corpus = await load({ root, cacheDir });
  const found = { missing: [] as string[], altered: [] as string[] };
  if (listed && "items" in corpus) {
    const here = new Set(corpus.items.map(({ id }) => id));
    for (const id of await listed(await openStorage(root, { names, cacheDir })))
      if (!here.has(id)) found.missing.push(id);
  }
  if (Object.keys(sums).length > 0) {
    const storage = await openStorage(root, { names, cacheDir });
    for (const [end, sum] of Object.entries(sums)) {
      const file = storage.files.find((path) => path.replace(/[.]gz$/, "").endsWith(end));
      if (file === undefined) found.missing.push(end);
      else if (md5(unpacked(await storage.read(file))) !== sum) found.altered.push(file);
    }
  }
  const items = "items" in corpus ? corpus.items.length : corpus.table.rows;
  return { name, items, expected, extra: [], broken: [], ...found };
}

const unpacked = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

async function findBroken(
  items: readonly Item[],
  onProgress: VerifyCorpusOptions["onProgress"],
): Promise<CorpusVerification["broken"]> {
  const broken: CorpusVerification["broken"] = [];
  let done = 0;
  for (const item of items) {
    try {
      await item.load();
    } catch (error) {
      broken.push({ id: item.id, reason: error instanceof Error ? error.message : String(error) });
    }
    onProgress?.(++done, items.length);
  }
  return broken;
}
