import { readFileSync } from "node:fs";
import { type FuzzTarget, keptInputs } from "@earshot/testing/fuzz";
import { readIdx } from "../src/corpora/images/idx.js";
import { decodePgm } from "../src/corpora/images/pgm.js";
import { CorpusError } from "../src/corpora/types.js";
import { findMpegFrames } from "../src/decode/mpegFrames.js";
import { pageCrc, readOggPackets } from "../src/decode/ogg.js";
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

const golden = (name: string): Uint8Array[] => {
  const file = new URL(`../test/golden/${name}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { base64: string }[] };
  return cases.map((c) => new Uint8Array(Buffer.from(c.base64, "base64")));
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const isNamed = (error: unknown): boolean =>
  error instanceof AudioFormatError && /^decode\w*: .+\.$/.test(error.message);
const size = ({ channels }: { channels: Float32Array[] }): number => channels.reduce((sum, c) => sum + c.byteLength, 0);

/** Decoders and parsers of this package: what recordings, pictures and tables of strangers go through. */
export function fuzzTargets(): FuzzTarget[] {
  return targets().map((target) => ({
    ...target,
    seeds: [...target.seeds, ...keptInputs(import.meta.url, target.name)],
  }));
}

function targets(): FuzzTarget[] {
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
      run: (b) => size(decodeWavChannels(b)),
      allows: isNamed,
    },
    {
      name: "decodeWav, cut files kept",
      seeds: wavs,
      share: 0.1,
      run: (b) => size(decodeWavChannels(b, { truncated: "keep" })),
      allows: isNamed,
    },
    {
      name: "headers and frames",
      seeds: compressed,
      run(b) {
        const content = sniffAudio(b);
        if (content === "mp3") return 8 * findMpegFrames(b, { truncated: "keep" }).offsets.length;
        if (content.startsWith("ogg")) return 8 * readOggPackets(b, { truncated: "keep" }).packets.length;
        return readAudioInfo(b).channels;
      },
      allows: isNamed,
    },
    {
      name: "CSV of corpora",
      seeds: [table, "\ufeffid;text;n\n1;a;2\n", "a\tb\n1\t2\n", 'q\n"open', "x,y\n1\n2,3,4\n"].map(utf8),
      run: (b) => parseTable(new TextDecoder().decode(b)).rows,
      allows: (error) => error instanceof CorpusError || error instanceof RangeError,
    },
    {
      name: "PGM and IDX pictures",
      seeds: [
        ascii("P5\n3 2\n255\n123456"),
        ascii("P5 # made by hand\n2 2 255\n1234"),
        Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4),
      ],
      run: (b) => (b[0] === 0x50 ? decodePgm(b).pixels.length : readIdx(b).data.length),
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
    {
      name: "Ogg with its check sums mended, decoded whole",
      seeds: [...compressed, ...golden("parts")].filter((b) => sniffAudio(b).startsWith("ogg")),
      share: 0.0005,
      limitMs: 2000,
      run: async (b) => size(await decodeChannels(mendOgg(b), { truncated: "keep" })),
      allows: isNamed,
    },
    {
      name: "parts of FLAC, MP3, Vorbis and Opus",
      seeds: [...compressed, ...golden("parts")],
      share: 0.0005,
      limitMs: 2000,
      run: async (b) => size(await decodeChannels(mendOgg(b), { offsetSec: 0.1, durationSec: 0.1 })),
      allows: isNamed,
    },
  ];
}

/** Check sums that fit the damaged pages: what comes behind their test must stand on its own. */
function mendOgg(bytes: Uint8Array): Uint8Array {
  const mended = bytes.slice();
  const view = new DataView(mended.buffer);
  for (let at = 0; at + 27 <= mended.length && view.getUint32(at, false) === 0x4f676753; ) {
    const laces = mended.subarray(at + 27, at + 27 + mended[at + 26]);
    const end = at + 27 + laces.length + laces.reduce((sum, lace) => sum + lace, 0);
    if (end > mended.length) break;
    view.setUint32(at + 22, pageCrc(mended, at, end), true);
    at = end;
  }
  return mended;
}
