import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Peers, startPeers } from "@earshot/testing/peers";
import { freeSpokenDigits, type Item, loadClip, openFeatureCache, openStorage } from "../src/node.js";
import { config, fileFeatures } from "./features.js";

// Ours beside the peers on the same files, turn by turn: medians, the ratio peer / ours (above 1 is faster), and the spread of ours (quartiles over median).
// EARSHOT_DATA names the folder of FSDD and ESC-10; --rounds N sets the turns.

interface Row {
  work: string;
  ours: number;
  peer: number | null;
  peerName: string;
  unit: "ms" | "MiB";
  ratio: number | null;
  spread: number;
}

/** Seconds of one run; none where that library is not installed. */
interface Timed {
  seconds?: number;
}

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const rounds = Number(argument("--rounds") ?? 7);
const data = process.env.EARSHOT_DATA;
if (!data)
  throw new Error("bench: EARSHOT_DATA must name the folder of free-spoken-digit-dataset.tar.gz and ESC-10.tar.gz.");
const cacheDir = join(tmpdir(), "earshot-test-archives");
const fsdd = (await freeSpokenDigits({ root: join(data, "free-spoken-digit-dataset.tar.gz"), cacheDir })).items;
const esc = await openStorage(join(data, "ESC-10.tar.gz"), { cacheDir });
const wavs = fsdd.map((item) => item.path!);
const oggs = esc.files
  .filter((file) => file.endsWith(".ogg"))
  .slice(0, 100)
  .map(esc.path);
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const python = startPeers<Timed>("datasets");
const rows: Row[] = [];
try {
  await python?.ask({ load: { wavs, oggs } });
  await decoding(python);
  await features(python);
  await cache(fsdd);
  await listing();
} finally {
  python?.end();
  rmSync(folder, { recursive: true });
}
const jsonFile = argument("--json");
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);

async function decoding(peers: Peers<Timed> | undefined): Promise<void> {
  const all = async (paths: string[]): Promise<void> => {
    for (const path of paths) await loadClip(path);
  };
  await compare("decode 2,000 FSDD WAV from disk", () => all(wavs), peers, ["soundfile.wavs", "scipy.wavs"]);
  await compare("decode 100 ESC-10 Ogg, one thread", () => all(oggs), peers, ["soundfile.oggs"]);
}

async function features(peers: Peers<Timed> | undefined): Promise<void> {
  const workers = [0, 1].map(() => start("./worker.ts"));
  const halves = workers.map((_, i) => wavs.filter((_, k) => k % 2 === i));
  await compare(
    "2,000 WAV → MFCC mean and deviation, 2 cores",
    () => Promise.all(workers.map((worker, i) => ask(worker, halves[i]))),
    peers,
    ["librosa.mfcc2"],
  );
  for (const worker of workers) worker.kill();
}

async function cache(items: Item[]): Promise<void> {
  const dir = join(folder, "cache");
  const compute = () =>
    Promise.all(
      items.map(async (item) => ({ item, durationSec: 0, seconds: 0.001, ...(await fileFeatures(item.path!)) })),
    );
  const made = await compute();
  openFeatureCache({ dir }).write(
    made.map(({ data, ...rest }) => ({ ...rest, matrix: { data, rows: 1, cols: data.length } })),
    config,
  );
  const times = await measure(async () => {
    const { found } = openFeatureCache({ dir }).read(items, config);
    if (found.size !== items.length) throw new Error(`only ${found.size} of ${items.length} were in the cache`);
  });
  const computing = await measure(compute);
  add("2,000 WAV → features out of the cache", times, "computing them, one thread", computing);
}

async function listing(): Promise<void> {
  const root = join(folder, "many");
  for (let d = 0; d < 100; d++) {
    mkdirSync(join(root, `class${d}`), { recursive: true });
    for (let i = 0; i < 1000; i++) writeFileSync(join(root, `class${d}`, `s${i % 50}-${i}.wav`), "");
  }
  const answers: { seconds: number; items: number; mebibytes: number }[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const worker = start("./listing.ts");
    answers.push((await ask(worker, root)) as (typeof answers)[number]);
    worker.kill();
  }
  if (answers.some(({ items }) => items !== 100_000)) throw new Error("files were lost");
  const work = "100,000 files listed and split";
  add(
    work,
    answers.map(({ seconds }) => seconds),
    "–",
    undefined,
  );
  const most = Math.max(...answers.map(({ mebibytes }) => mebibytes));
  rows.push({ work: `${work}, memory`, ours: most, peer: null, peerName: "–", unit: "MiB", ratio: null, spread: 0 });
  process.stdout.write(`${work}, memory of the whole process: ${most.toFixed(0)} MiB\n`);
}

/** A process of its own that runs a file beside this one. */
function start(script: string): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), {
    execArgv: ["--import", "tsx", "--conditions=@earshot/source"],
    serialization: "advanced",
  });
}

function ask(worker: ChildProcess, job: string | string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.send(job);
  });
}

async function compare(
  work: string,
  ours: () => Promise<unknown>,
  peers: Peers<Timed> | undefined,
  names: string[],
): Promise<void> {
  const mine: number[] = [];
  const theirs: number[][] = names.map(() => []);
  for (let round = -1; round < rounds; round++) {
    const seconds = await timed(ours);
    // The first turn warms all up.
    if (round >= 0) mine.push(seconds);
    for (const [i, name] of names.entries()) {
      const answer = await peers?.ask({ work: name });
      if (round >= 0 && answer?.seconds !== undefined) theirs[i].push(answer.seconds);
    }
  }
  names.forEach((name, i) => {
    add(work, mine, name, theirs[i].length > 0 ? theirs[i] : undefined);
  });
}

async function measure(work: () => Promise<unknown>, turns = rounds): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < turns; i++) times.push(await timed(work));
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1e3;
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function add(work: string, mine: number[], peerName: string, theirs: number[] | undefined): void {
  const ours = 1000 * quantile(mine, 0.5);
  const peer = theirs ? 1000 * quantile(theirs, 0.5) : null;
  const row: Row = {
    work,
    ours,
    peer,
    peerName,
    unit: "ms",
    ratio: peer === null ? null : peer / ours,
    spread: (1000 * (quantile(mine, 0.75) - quantile(mine, 0.25))) / ours,
  };
  rows.push(row);
  const text = peer === null ? "" : `${peer.toFixed(0)} ms ${peerName}, peer / ours ${(peer / ours).toFixed(2)}`;
  process.stdout.write(`${work}: ${ours.toFixed(0)} ms (spread ${(100 * row.spread).toFixed(0)} %)  ${text}\n`);
}
