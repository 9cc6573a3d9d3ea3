import { bytesField, doubleField, floatField, intField, join } from "./protobuf.js";

/** TensorBoard's event files: protocol buffers (`Event`, `Summary`) in TensorFlow's record framing. */

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0x82f63b78 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32C (Castagnoli), rotated and offset as TensorFlow stores it. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** One record: length, its checksum, the bytes, their checksum; all little-endian. */
export function record(data: Uint8Array): Uint8Array {
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(head.subarray(0, 8)), true);
  const foot = new Uint8Array(4);
  new DataView(foot.buffer).setUint32(0, maskedCrc(data), true);
  return join(head, data, foot);
}

/** The event that every file begins with. */
export const versionEvent = (wallTimeSec: number): Uint8Array =>
  join(doubleField(1, wallTimeSec), bytesField(3, "brain.Event:2"));

/** An event with summary values at a step. */
export const summaryEvent = (wallTimeSec: number, step: number, values: Uint8Array[]): Uint8Array =>
  join(
    doubleField(1, wallTimeSec),
    intField(2, step),
    bytesField(5, join(...values.map((value) => bytesField(1, value)))),
  );

/** A number under a tag; tags with "/" are grouped by what comes before it. */
export const scalarValue = (name: string, value: number): Uint8Array => join(bytesField(1, name), floatField(2, value));

/** A PNG picture under a tag. */
export function imageValue(name: string, png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const image = join(
    intField(1, view.getUint32(20)),
    intField(2, view.getUint32(16)),
    intField(3, 4),
    bytesField(4, png),
  );
  return join(bytesField(1, name), bytesField(4, image));
}

/** Markdown under a tag: a string tensor for TensorBoard's text plugin. */
export function textValue(name: string, markdown: string): Uint8Array {
  const DT_STRING = 7;
  const oneItem = bytesField(2, intField(1, 1));
  const tensor = join(intField(1, DT_STRING), bytesField(2, oneItem), bytesField(8, markdown));
  const metadata = bytesField(1, bytesField(1, "text"));
  return join(bytesField(1, name), bytesField(8, tensor), bytesField(9, metadata));
}
