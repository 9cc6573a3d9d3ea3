import { readFileSync } from "node:fs";
import { type Chance, type FuzzTarget, keptInputs, mutate } from "@earshot/testing/fuzz";
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
import { damageFlacFrame, flipBits } from "./flips.js";
import { illegalFiles } from "./illegalFiles.js";
import { legalFiles } from "./legalFiles.js";
import { damagePackets, mendOgg } from "./oggFiles.js";
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

// Decoders take a new memory after each damaged stream; asked for without waiting it comes at once, not from another thread.
const { instantiate } = WebAssembly;
Object.defineProperty(WebAssembly, "instantiate", {
  value: async (source: WebAssembly.Module | BufferSource, imports: WebAssembly.Imports) =>
    source instanceof WebAssembly.Module ? new WebAssembly.Instance(source, imports) : instantiate(source, imports),
});

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
  const tiny = golden("tiny");
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
      run: (b) => size(decodeWavChannels(b, { truncated: "keep" })),
      allows: isNamed,
    },
    {
      name: "headers and frames",
      seeds: [...compressed, ...tiny],
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
      seeds: tiny,
      share: 0.1,
      limitMs: 2000,
      damage: damageSound,
      run: async (b) => size(await decodeChannels(b)),
      allows: isNamed,
    },
    {
      name: "Ogg with its check sums mended, decoded whole",
      seeds: tiny.filter((b) => sniffAudio(b).startsWith("ogg")),
      share: 0.1,
      limitMs: 2000,
      damage: damageStream,
      run: async (b) => size(await decodeChannels(mendOgg(b), { truncated: "keep" })),
      allows: isNamed,
    },
    {
      name: "parts of FLAC, MP3, Vorbis and Opus",
      seeds: tiny,
      share: 0.1,
      limitMs: 2000,
      run: async (b) => size(await decodeChannels(mendOgg(b), { offsetSec: 0.002, durationSec: 0.02 })),
      allows: isNamed,
    },
  ];
}

/** Half of the time anything, else bits within the sound, where what stands before it stays as it should be. */
function damageSound(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  if (chance.next() < 0.5) return mutate(seed, other, chance);
  return sniffAudio(seed) === "flac" ? damageFlacFrame(seed, chance) : flipBits(seed, 0, seed.length, chance);
}

/** A third of the time the pages, else the packets. */
function damageStream(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  if (chance.next() < 0.3) return mutate(seed, other, chance);
  try {
    return damagePackets(seed, other, chance);
  } catch {
    return mutate(seed, other, chance);
  }
}
