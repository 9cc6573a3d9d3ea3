import { readFileSync } from "node:fs";
import { readIdx } from "../src/corpora/images/idx.js";
import { decodePgm } from "../src/corpora/images/pgm.js";
import { CorpusError } from "../src/corpora/types.js";
import { findMpegFrames } from "../src/decode/mpegFrames.js";
import { readOggPackets } from "../src/decode/ogg.js";
import {
  AudioFormatError,
  decodeChannels,
  decodeWavChannels,
  parseTable,
  readAudioInfo,
  sniffAudio,
} from "../src/index.js";
import { illegalFiles } from "./illegalFiles.js";
import { legalFiles } from "./legalFiles.js";
import { ascii } from "./zooParts.js";

/** Something that eats bytes of strangers. */
export interface FuzzTarget {
  name: string;
  seeds: Uint8Array[];
  /** Share of the executions. */
  share: number;
  /** Longest that one execution may take, ms. */
  limitMs: number;
  /** Runs it; throws what it throws. Returns the bytes of the result. */
  run(bytes: Uint8Array): number | Promise<number>;
  /** Is this an error that it may throw? */
  allows(error: unknown): boolean;
}

const golden = (name: string): Uint8Array[] => {
  const file = new URL(`../test/golden/${name}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { base64: string }[] };
  return cases.map((c) => new Uint8Array(Buffer.from(c.base64, "base64")));
};

const isNamed = (error: unknown): boolean =>
  error instanceof AudioFormatError && /^decode\w*: .+\.$/.test(error.message);
const size = ({ channels }: { channels: Float32Array[] }): number => channels.reduce((sum, c) => sum + c.byteLength, 0);

export function fuzzTargets(): FuzzTarget[] {
  const wavs = [
    ...legalFiles().map((f) => f.bytes),
    ...illegalFiles().map((f) => f.bytes),
    ...golden("wav").filter((b) => b.length < 2000),
  ];
  const compressed = golden("compressed");
  const table = 'a,b,c\n1,"x, ""y""",NA\r\n2,z,3.5\n';
  return [
    {
      name: "decodeWav",
      seeds: wavs,
      share: 0.9,
      limitMs: 50,
      run: (b) => size(decodeWavChannels(b)),
      allows: isNamed,
    },
    {
      name: "decodeWav, cut files kept",
      seeds: wavs,
      share: 0.05,
      limitMs: 50,
      run: (b) => size(decodeWavChannels(b, { truncated: "keep" })),
      allows: isNamed,
    },
    {
      name: "headers and frames",
      seeds: compressed,
      share: 0.0395,
      limitMs: 50,
      run(b) {
        const content = sniffAudio(b);
        if (content === "mp3") return 8 * findMpegFrames(b, { truncated: "keep" }).offsets.length;
        if (content.startsWith("ogg")) return 8 * readOggPackets(b, { truncated: "keep" }).packets.length;
        return readAudioInfo(b).channels;
      },
      allows: isNamed,
    },
    {
      name: "tables and pictures",
      seeds: [
        ascii(table),
        ascii("P5\n3 2\n255\n123456"),
        Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4),
      ],
      share: 0.01,
      limitMs: 50,
      run(b) {
        if (b[0] === 0x50) return decodePgm(b).pixels.length;
        if (b[0] === 0) return readIdx(b).data.length;
        return parseTable(new TextDecoder().decode(b)).rows;
      },
      allows: (error) => error instanceof CorpusError || error instanceof RangeError,
    },
    {
      name: "FLAC, MP3, Vorbis and Opus, decoded whole",
      seeds: compressed,
      share: 0.0005,
      limitMs: 2000,
      run: async (b) => size(await decodeChannels(b)),
      allows: isNamed,
    },
  ];
}
