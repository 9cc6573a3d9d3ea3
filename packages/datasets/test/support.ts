import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect } from "vitest";
import { AudioFormatError, decode, encodeWav } from "../src/index.js";

/** A folder for one test file, taken away when its tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "earshot-datasets-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where real archives are extracted: kept from one run to the next, as a user's cache is. */
export const realCache = join(tmpdir(), "earshot-test-archives");

/** Writes files below a folder, making the folders they need. */
export function writeTree(root: string, files: Record<string, string | Uint8Array>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

/** A short tone as a WAV file. */
export function toneWav(frequency = 440, seconds = 0.05, sampleRate = 8000): Uint8Array {
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, t) =>
    Math.fround(0.5 * Math.sin((2 * Math.PI * frequency * t) / sampleRate)),
  );
  return encodeWav({ samples, sampleRate });
}

/** A RIFF file of the given chunks; sizes are right unless told otherwise. */
export function riff(
  chunks: [id: string, content: Uint8Array, claimed?: number][],
  { id = "RIFF", size, form = "WAVE" }: { id?: string; size?: number; form?: string } = {},
): Uint8Array {
  const parts: Uint8Array[] = chunks.map(([name, content, claimed]) => {
    const chunk = new Uint8Array(8 + content.length + (content.length & 1));
    chunk.set(ascii(name));
    new DataView(chunk.buffer).setUint32(4, claimed ?? content.length, true);
    chunk.set(content, 8);
    return chunk;
  });
  const total = parts.reduce((sum, p) => sum + p.length, 12);
  const out = new Uint8Array(total);
  out.set(ascii(id));
  new DataView(out.buffer).setUint32(4, size ?? total - 8, true);
  out.set(ascii(form), 8);
  let at = 12;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export interface FmtFields {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  blockAlign?: number;
  bits?: number;
  extra?: Uint8Array;
}

/** Content of a fmt chunk: 16-bit mono PCM at 8 kHz unless told otherwise. */
export function fmt({
  tag = 1,
  channels = 1,
  sampleRate = 8000,
  blockAlign,
  bits = 16,
  extra,
}: FmtFields = {}): Uint8Array {
  const align = blockAlign ?? channels * Math.ceil(bits / 8);
  const out = new Uint8Array(16 + (extra?.length ?? 0));
  const view = new DataView(out.buffer);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, Math.min(0xffffffff, sampleRate * align), true);
  view.setUint16(12, align, true);
  view.setUint16(14, bits, true);
  if (extra) out.set(extra, 16);
  return out;
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** 16-bit samples as bytes. */
export const words = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);

/** The sentence with which something about a file ends, which must be an AudioFormatError, or an error of another kind. */
export async function messageOf(
  work: Promise<unknown>,
  Kind: new (...given: never[]) => Error = AudioFormatError,
): Promise<string> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(Kind);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

/** The sentence with which decoding these bytes ends. */
export const sentenceOf = (bytes: Uint8Array, options = {}): Promise<string> => messageOf(decode(bytes, options));
