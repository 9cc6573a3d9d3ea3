import { arrayOf, type Dtype, dtypeOf } from "./state.js";
import type { StateTensor } from "./types.js";

const names: Record<Dtype, string> = {
  float64: "F64",
  float32: "F32",
  int32: "I32",
  uint32: "U32",
  uint16: "U16",
  uint8: "U8",
};

/**
 * Named tensors as a safetensors file: 8 bytes header length, JSON header, raw little-endian numbers.
 * Names are sorted and data aligned to 8 bytes, so the same tensors give the same bytes.
 *
 * @throws RangeError if a tensor's shape does not fit its data
 * Source: the safetensors format, version 0.
 */
export function writeSafetensors(tensors: Readonly<Record<string, StateTensor>>): Uint8Array {
  // Wide elements first: every tensor is then aligned to its element without padding, which the format forbids.
  const width = (name: string): number => tensors[name].data.BYTES_PER_ELEMENT;
  const order = Object.keys(tensors)
    .sort()
    .sort((a, b) => width(b) - width(a));
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const name of order) {
    const { data, shape } = tensors[name];
    const count = shape.reduce((a, b) => a * b, 1);
    if (count !== data.length) {
      throw new RangeError(`writeSafetensors: "${name}" has shape [${shape.join(", ")}] but ${data.length} numbers.`);
    }
    header[name] = { dtype: names[dtypeOf(data)], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setUint32(0, headerLength, true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(json, 8);
  let at = 8 + headerLength;
  for (const name of order) {
    const { data } = tensors[name];
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file. 16-bit floats (F16, BF16) widen to float32, 64-bit and small integers to int32.
 *
 * @param fn what errors start with, usually the file's name
 * @throws RangeError naming the tensor whose header lies, and the file's size where it is cut short; tensors that share bytes are refused, so that
 * what comes out is at most four times as large as the file
 */
export function readSafetensors(bytes: Uint8Array, fn = "readSafetensors"): Record<string, StateTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw new RangeError(`${fn}: ${bytes.length} bytes are too few for a safetensors file.`);
  const headerLength = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || 8 + headerLength > bytes.length) {
    throw new RangeError(`${fn}: the header says it is longer than the file of ${bytes.length} bytes.`);
  }
  const header = parseHeader(fn, bytes.subarray(8, 8 + headerLength));
  const start = 8 + headerLength;
  const body = bytes.subarray(start);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => checkTensor(fn, name, entry, body.length));
  checkApart(fn, entries);
  // Not by assignment: a tensor may be called __proto__.
  return Object.fromEntries(entries.map((entry) => [entry.name, readTensor(entry, body)]));
}

interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  from: number;
  to: number;
}

function parseHeader(fn: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (header !== null && typeof header === "object" && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // falls through to the sentence below
  }
  throw new RangeError(`${fn}: the header is not a JSON object; is this a safetensors file?`);
}

const widths: Record<string, number> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

function checkTensor(fn: string, name: string, entry: unknown, bodyLength: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;
  if (typeof dtype !== "string" || !Object.hasOwn(widths, dtype)) {
    throw new RangeError(`${fn}: tensor "${name}" has the unknown type ${JSON.stringify(dtype)}.`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(offsets) || !offsets.every(isCount)) {
    throw new RangeError(`${fn}: tensor "${name}" has no proper shape and offsets.`);
  }
  const [from, to] = offsets as number[];
  const count = (shape as number[]).reduce((a, b) => a * b, 1);
  if (offsets.length !== 2 || to > bodyLength || to - from !== count * widths[dtype]) {
    throw new RangeError(
      `${fn}: tensor "${name}" of shape [${shape.join(", ")}] needs ${count * widths[dtype]} bytes, the file gives ${Math.min(to, bodyLength) - from}.`,
    );
  }
  return { name, dtype, shape: shape as number[], from, to };
}

/** A thousand names for the same bytes would make a large thing of a small file. */
function checkApart(fn: string, entries: readonly Entry[]): void {
  const inOrder = entries.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from);
  for (let i = 1; i < inOrder.length; i++) {
    if (inOrder[i].from < inOrder[i - 1].to) {
      throw new RangeError(`${fn}: tensors "${inOrder[i - 1].name}" and "${inOrder[i].name}" share bytes.`);
    }
  }
}

function readTensor({ dtype, shape, from, to }: Entry, body: Uint8Array): StateTensor {
  // A copy is aligned whatever the offset is (not slice: a Buffer gives a view).
  const raw = new Uint8Array(body.subarray(from, to)).buffer;
  return { data: decode(dtype, raw), shape };
}

function decode(dtype: string, raw: ArrayBuffer): StateTensor["data"] {
  const plain = (Object.keys(names) as Dtype[]).find((key) => names[key] === dtype);
  if (plain) return new (arrayOf(plain))(raw);
  if (dtype === "F16") return Float32Array.from(new Uint16Array(raw), halfToFloat);
  if (dtype === "BF16") return new Float32Array(Uint32Array.from(new Uint16Array(raw), (h) => h << 16).buffer);
  if (dtype === "I64" || dtype === "U64") return Int32Array.from(new BigInt64Array(raw), Number);
  return dtype === "I16" ? Int32Array.from(new Int16Array(raw)) : Int32Array.from(new Int8Array(raw));
}

function halfToFloat(h: number): number {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 31;
  const fraction = h & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}
