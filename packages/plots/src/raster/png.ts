/** Writes PNG files: pictures inside figures travel as data URLs, in Node and browsers alike. */

export interface Pixels {
  width: number;
  height: number;
  /** Rows from the top: one byte a pixel with a palette or for grey, three without a palette for RGB, four for RGBA. */
  data: Uint8Array;
  /** RGB triples for one-byte pixels; without them one byte is grey. */
  palette?: Uint8Array;
}

/**
 * A PNG file of the pixels: indexed, grey, RGB or RGBA, by how many bytes a pixel has.
 *
 * Compressed where the run time offers zlib synchronously (Node 20.16 or later); stored plainly otherwise.
 *
 * @throws RangeError if data do not fit the size
 */
export function encodePng({ width, height, data, palette }: Pixels): Uint8Array {
  const bytes = data.length / (width * height);
  const colorType = palette ? 3 : { 1: 0, 3: 2, 4: 6 }[bytes];
  if (colorType === undefined || (palette && bytes !== 1)) {
    throw new RangeError(`encodePng: ${width} × ${height} pixels need 1, 3 or 4 bytes each, got ${data.length} bytes.`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType, 0, 0, 0], 8);
  const line = width * bytes;
  const filtered = new Uint8Array(height * (line + 1));
  for (let y = 0; y < height; y++) filtered.set(data.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  const chunks = [chunk("IHDR", header)];
  if (palette) chunks.push(chunk("PLTE", palette));
  chunks.push(chunk("IDAT", zlib(filtered)), chunk("IEND", new Uint8Array(0)));
  return join([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks]);
}

/** Pixels as a `data:` URL. */
export function pngUrl(pixels: Pixels): string {
  return `data:image/png;base64,${base64(encodePng(pixels))}`;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

interface SyncZlib {
  deflateSync(data: Uint8Array): Uint8Array;
}

function zlib(data: Uint8Array): Uint8Array {
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => SyncZlib | undefined } }).process;
  return host?.getBuiltinModule?.("node:zlib")?.deflateSync(data) ?? stored(data);
}

/** A zlib stream of stored blocks, at most 65,535 bytes each. */
function stored(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at === 0 || at < data.length; at += 65535) {
    const block = data.subarray(at, at + 65535);
    const last = at + 65535 >= data.length ? 1 : 0;
    const n = block.length;
    parts.push(Uint8Array.of(last, n & 255, n >> 8, ~n & 255, (~n >> 8) & 255), block);
  }
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  parts.push(Uint8Array.of(b >> 8, b & 255, a >> 8, a & 255));
  return join(parts);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(
    Array.from(type, (c) => c.charCodeAt(0)),
    4,
  );
  out.set(data, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + data.length; i++) crc = crcTable[(crc ^ out[i]) & 255] ^ (crc >>> 8);
  view.setUint32(8 + data.length, (crc ^ 0xffffffff) >>> 0);
  return out;
}

function join(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
