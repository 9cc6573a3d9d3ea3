import type { Image } from "../images/image.js";

/** Header of a binary PGM or PPM: magic, width, height and largest value, with comments anywhere between. */
const header = /^P([56])(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s/;

/** Width, height and pixels of a binary PGM or PPM, which sharp does not read; undefined for any other file. */
export function netpbmSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const found = headOf(bytes);
  return found ? { width: Number(found[2]), height: Number(found[3]) } : undefined;
}

/** @throws RangeError with a reason alone if the file is cut off, or has values above 255 */
export function decodeNetpbm(bytes: Uint8Array): Image {
  const found = headOf(bytes);
  if (!found) throw new RangeError("it is no PGM or PPM");
  const [whole, magic, w, h, most] = found;
  const [width, height, channels] = [Number(w), Number(h), magic === "6" ? 3 : 1];
  if (Number(most) !== 255) throw new RangeError(`its largest value is ${most} instead of 255: save it with 8 bits`);
  const length = width * height * channels;
  const data = bytes.slice(whole.length, whole.length + length);
  if (width < 1 || height < 1 || data.length < length) {
    throw new RangeError(`it is cut off: ${data.length} of ${length} bytes are there`);
  }
  return { data, width, height, channels };
}

function headOf(bytes: Uint8Array): RegExpExecArray | null {
  if (bytes[0] !== 0x50 || (bytes[1] !== 0x35 && bytes[1] !== 0x36)) return null;
  return header.exec(String.fromCharCode(...bytes.subarray(0, 512)));
}
