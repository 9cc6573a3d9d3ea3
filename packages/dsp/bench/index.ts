import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type BenchRow, type Peers, startPeers } from "@earshot/testing/peers";
import type { NpmWork } from "./npmPeers.js";
import { clips, voice } from "./signals.js";
import { type Material, stream, type Work, works } from "./works.js";

// Ours beside the peers on the same signals, turn by turn, one thread each: medians, how many times as fast ours is (the peer's time over ours, for
// rates too), and the spread of ours (quartiles over median). Times are by the clock, or with --cpu those of the processes on their cores.

/** Seconds of one run; none where that library is not installed. */
interface Timed {
  seconds?: number;
}

const argument = (name: string) => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const jsonFile = argument("--json");
const only = argument("--only");
// On a busy machine the clock counts the others' work too.
const cpu = process.argv.includes("--cpu");
const rounds = Number(argument("--rounds") ?? 11);

const material: Material = { voice: voice(16000, 60), wide: voice(48000, 60), clips: clips(voice(8000, 60), 2000) };
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const python = startPeers<Timed>("dsp");
const rows: BenchRow[] = [];
try {
  await python?.ask({ load: writeMaterial() });
  for (const work of works(material)) {
    if (!only || work.title.includes(only)) rows.push(...(await compare(work, python)));
  }
  if (!only) rows.push(garbage());
} finally {
  python?.end();
  rmSync(folder, { recursive: true });
}
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);

async function compare(work: Work, peers: Peers<Timed> | undefined): Promise<BenchRow[]> {
  const { title, unit, calls = 1, ours } = work;
  const npm: (NpmWork | undefined)[] = await Promise.all(work.peers.map((peer) => peer.npm?.()));
  const mine: number[] = [];
  const theirs: number[][] = work.peers.map(() => []);
  // The slowest peers take seconds: they go fewer rounds.
  const spent = work.peers.map(() => 0);
  for (let round = -1; round < rounds; round++) {
    // A turn of ours lasts some milliseconds at least, and the first warms all up.
    for (let turn = 0; turn < 3; turn++) {
      const seconds = timed(ours);
      if (round >= 0) mine.push(seconds);
    }
    for (const [i, peer] of work.peers.entries()) {
      if (spent[i] > 12 && theirs[i].length > 0) continue;
      const begin = performance.now();
      const work = npm[i];
      const seconds = work ? timed(work) : (await peers?.ask({ work: peer.python, cpu }))?.seconds;
      if (seconds === undefined) continue;
      spent[i] += (performance.now() - begin) / 1e3;
      if (round >= 0) theirs[i].push(seconds);
    }
  }
  const value = (seconds: number) =>
    unit === "clips/s" ? material.clips.length / seconds : (seconds / calls) * (unit === "ms" ? 1e3 : 1e6);
  const made = (work.peers.length > 0 ? work.peers : [{ name: "–" }]).map(({ name }, i): BenchRow => {
    const peer = theirs[i]?.length ? median(theirs[i]) : undefined;
    return {
      work: title,
      ours: value(median(mine)),
      peer: peer === undefined ? null : value(peer),
      peerName: name,
      unit,
      ratio: peer === undefined ? null : peer / median(mine),
      spread: spread(mine),
    };
  });
  for (const row of made) print(row);
  return made;
}

/** Bytes of garbage a chunk of the stream leaves. */
function garbage(): BenchRow {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const run = stream(material.voice);
  for (let i = 0; i < 20; i++) run();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100; i++) run();
  const after = process.memoryUsage().heapUsed;
  const row: BenchRow = {
    work: "stream of log-mel, 10 ms chunks, garbage",
    ours: Math.max(0, after - before) / 200_000,
    peer: null,
    peerName: "–",
    unit: "bytes",
    ratio: null,
    spread: 0,
  };
  print(row);
  return row;
}

/** Seconds by the clock, or of this process on its cores. */
function now(): number {
  if (!cpu) return performance.now() / 1e3;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Seconds of the work; of all of it, where it says that it did a part. */
function timed(work: () => unknown): number {
  const begin = now();
  const share = work();
  return (now() - begin) / (typeof share === "number" ? share : 1);
}

function writeMaterial(): Record<string, string> {
  const write = (name: string, values: Float32Array | Uint32Array) => {
    const file = join(folder, name);
    writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return file;
  };
  const joined = new Float32Array(material.clips.reduce((sum, clip) => sum + clip.length, 0));
  let at = 0;
  for (const clip of material.clips) {
    joined.set(clip, at);
    at += clip.length;
  }
  return {
    voice: write("voice", material.voice),
    wide: write("wide", material.wide),
    clips: write("clips", joined),
    lengths: write(
      "lengths",
      Uint32Array.from(material.clips, (clip) => clip.length),
    ),
  };
}

function print({ work, ours, peer, peerName, unit, ratio, spread: width }: BenchRow): void {
  const number = (v: number | null) => (v === null ? "–" : v >= 1000 ? v.toFixed(0) : v.toPrecision(3));
  console.log(
    `${work.padEnd(50)}${number(ours).padStart(9)} ${unit.padEnd(8)}${number(peer).padStart(9)}  ${(ratio === null ? "–" : `${ratio.toPrecision(3)} ×`).padStart(8)}  ±${(100 * width).toFixed(0).padStart(3)} %  ${peerName}`,
  );
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function spread(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor(0.75 * sorted.length)] - sorted[Math.floor(0.25 * sorted.length)]) / median(values);
}
