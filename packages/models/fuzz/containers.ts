/** Length of a first part, as four bytes before it. */
const prefix = (length: number): Uint8Array => new Uint8Array(Uint32Array.of(length).buffer);

function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A model folder as one input: the length of model.json, model.json, weights.safetensors. */
export const joinFolder = (manifest: Uint8Array, weights: Uint8Array): Uint8Array =>
  joined(prefix(manifest.length), manifest, weights);

/** The two files of {@link joinFolder}; damaged lengths are cut to what is there. */
export function splitFolder(bytes: Uint8Array): { "model.json": Uint8Array; "weights.safetensors": Uint8Array } {
  const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const end = 4 + Math.min(length, Math.max(0, bytes.length - 4));
  return { "model.json": bytes.slice(4, end), "weights.safetensors": bytes.slice(end) };
}

/** A safetensors file with another header, whose length is put right. */
export function joinHeader(header: string, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(header);
  return joined(prefix(json.length), new Uint8Array(4), json, body);
}

/** Header and body of a safetensors file, or undefined where its length lies. */
export function splitHeader(file: Uint8Array): { header: string; body: Uint8Array } | undefined {
  if (file.length < 8) return undefined;
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  if (length + 8 > file.length) return undefined;
  return { header: new TextDecoder().decode(file.subarray(8, 8 + length)), body: file.subarray(8 + length) };
}
