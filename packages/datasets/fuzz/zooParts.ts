/** Bytes of WAV files, right and wrong: what the zoo and the fuzzer are built from. */

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0) & 255);

export function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A chunk; its size is right unless told otherwise, and odd contents get their pad byte. */
export function chunk(id: string, content: Uint8Array, { claimed = content.length, pad = true } = {}): Uint8Array {
  const head = new Uint8Array(8);
  head.set(ascii(id));
  new DataView(head.buffer).setUint32(4, claimed, true);
  return joined(head, content, pad && content.length % 2 === 1 ? Uint8Array.of(0) : new Uint8Array(0));
}

export function riff(
  chunks: Uint8Array[],
  { id = "RIFF", form = "WAVE", size }: { id?: string; form?: string; size?: number } = {},
): Uint8Array {
  const body = joined(ascii(form), ...chunks);
  const head = new Uint8Array(8);
  head.set(ascii(id));
  new DataView(head.buffer).setUint32(4, size ?? body.length, true);
  return joined(head, body);
}

export interface FmtFields {
  tag?: number;
  channels?: number;
  rate?: number;
  align?: number;
  bits?: number;
  byteRate?: number;
  extra?: Uint8Array;
}

export function fmt({
  tag = 1,
  channels = 1,
  rate = 16000,
  bits = 16,
  align,
  byteRate,
  extra = new Uint8Array(0),
}: FmtFields = {}): Uint8Array {
  const out = new Uint8Array(16);
  const view = new DataView(out.buffer);
  const frame = align ?? channels * Math.ceil(bits / 8);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rate, true);
  view.setUint32(8, byteRate ?? (rate * frame) >>> 0, true);
  view.setUint16(12, frame, true);
  view.setUint16(14, bits, true);
  return joined(out, extra);
}

/** The extension of WAVE_FORMAT_EXTENSIBLE. */
export function extension(tag: number, validBits: number, { mask = 0, guidOk = true } = {}): Uint8Array {
  const out = new Uint8Array(24);
  const view = new DataView(out.buffer);
  view.setUint16(0, 22, true);
  view.setUint16(2, validBits, true);
  view.setUint32(4, mask, true);
  view.setUint16(8, tag, true);
  out.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, guidOk ? 0x71 : 0x70], 10);
  return out;
}

/** The integers of a test signal: a ramp that visits both ends of the scale. */
export const ramp = (count: number, bits: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    Math.max(
      -(2 ** (bits - 1)),
      Math.min(2 ** (bits - 1) - 1, Math.round(((2 * i) / Math.max(1, count - 1) - 1) * 2 ** (bits - 1))),
    ),
  );

/** Integers as little-endian samples of some bytes; 8 bits are unsigned. */
export function packed(values: readonly number[], bytes: number): Uint8Array {
  const out = new Uint8Array(values.length * bytes);
  values.forEach((value, i) => {
    let rest = bytes === 1 ? value + 128 : value;
    for (let k = 0; k < bytes; k++) {
      out[i * bytes + k] = rest & 255;
      rest = Math.floor(rest / 256);
    }
  });
  return out;
}

export const floats = (values: readonly number[], bits: 32 | 64): Uint8Array =>
  new Uint8Array(bits === 32 ? Float32Array.from(values).buffer : Float64Array.from(values).buffer);
