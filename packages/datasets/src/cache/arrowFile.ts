import { finishFlat, list, type Part, table, text, words } from "./flatbuffer.js";

/** What a column holds: words, words that may be missing, whole numbers (int32), numbers (float32, float64), or a list of float32 a row. */
export type ArrowKind = "text" | "text?" | "int" | "float" | "double" | "list";

/** A column of an Arrow file: its name and kind. */
export interface ArrowField {
  name: string;
  kind: ArrowKind;
}

/** A field with its values, one a row. */
export type ArrowColumn = { name: string } & (
  | { kind: "text"; values: readonly string[] }
  | { kind: "text?"; values: readonly (string | undefined)[] }
  | { kind: "int" | "float" | "double"; values: readonly number[] }
  | { kind: "list"; values: readonly Float32Array[] }
);

/** Where one record batch lies in a file. */
export interface ArrowBlock {
  offset: number;
  /** Bytes of its message, and of the columns behind it. */
  messageLength: number;
  bodyLength: number;
}

export const arrowMagic = Uint8Array.from("ARROW1", (c) => c.charCodeAt(0));
/** Metadata version 5, as a 16-bit field. */
const version = [2, 4] as const;
const [schemaHeader, batchHeader] = [1, 3];
const [int, float, utf8, listType] = [2, 3, 5, 12];
const int32 = table([4, 32], [1, 1]);
const float32 = table([2, 1]);
const float64 = table([2, 2]);

const field = (name: string, kind: number, type: Part, nullable = 0, children: Part[] = []): Part =>
  table(text(name), [1, nullable], [1, kind], type, undefined, list(...children));

function fieldPart({ name, kind }: ArrowField): Part {
  if (kind === "int") return field(name, int, int32);
  if (kind === "float") return field(name, float, float32);
  if (kind === "double") return field(name, float, float64);
  if (kind === "list") return field(name, listType, table(), 0, [field("item", float, float32)]);
  return field(name, utf8, table(), kind === "text?" ? 1 : 0);
}

function schemaPart(fields: readonly ArrowField[], metadata: Readonly<Record<string, string>>): Part {
  const pairs = Object.entries(metadata).map(([key, value]) => table(text(key), text(value)));
  return table([2, 0], list(...fields.map(fieldPart)), list(...pairs));
}

/** Bytes rounded up to whole groups of eight. */
const padded = (length: number): number => Math.ceil(length / 8) * 8;

/** What stands before the first batch of a file: its mark and the schema. */
export function arrowHead(fields: readonly ArrowField[], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const schema = message(schemaHeader, schemaPart(fields, metadata), 0);
  const out = new Uint8Array(8 + schema.length);
  out.set(arrowMagic);
  out.set(schema, 8);
  return out;
}

/** What stands behind the last batch of a file. */
export function arrowTail(
  fields: readonly ArrowField[],
  blocks: readonly ArrowBlock[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // The padding of a block's 32-bit field makes it a word: high half zero.
  const places = blocks.flatMap(({ offset, messageLength, bodyLength }) => [offset, messageLength, bodyLength]);
  const footer = finishFlat(table(version, schemaPart(fields, metadata), words(3, []), words(3, places)));
  const out = new Uint8Array(8 + footer.length + 10);
  const view = new DataView(out.buffer);
  view.setUint32(0, 0xffffffff, true);
  out.set(footer, 8);
  view.setInt32(8 + footer.length, footer.length, true);
  out.set(arrowMagic, out.length - 6);
  return out;
}

/**
 * Writes columns as an Arrow IPC file (Feather 2) of one record batch.
 *
 * Written by hand, because loading a whole Arrow library takes longer than computing the features of thousands of short clips.
 *
 * @param metadata words about the whole file, kept in its schema
 * Source: Apache Arrow columnar format 1.5, IPC file format. Read by pyarrow, DuckDB (through pyarrow) and apache-arrow in the tests.
 */
export function encodeArrow(
  columns: readonly ArrowColumn[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const rows = columns[0]?.values.length ?? 0;
  const nodes: number[] = [];
  const buffers: ArrayBufferView[] = [];
  for (const column of columns) layColumn(column, nodes, buffers);
  const places: number[] = [];
  let bodyLength = 0;
  for (const { byteLength } of buffers) {
    places.push(bodyLength, byteLength);
    bodyLength += padded(byteLength);
  }
  const head = arrowHead(columns, metadata);
  const batch = message(batchHeader, table([8, rows], words(2, nodes), words(2, places)), bodyLength);
  const bodyAt = head.length + batch.length;
  const tail = arrowTail(columns, [{ offset: head.length, messageLength: batch.length, bodyLength }], metadata);

  const out = new Uint8Array(bodyAt + bodyLength + tail.length);
  out.set(head);
  out.set(batch, head.length);
  buffers.forEach(({ buffer, byteOffset, byteLength }, i) => {
    out.set(new Uint8Array(buffer, byteOffset, byteLength), bodyAt + places[2 * i]);
  });
  out.set(tail, bodyAt + bodyLength);
  return out;
}

const none = new Uint8Array(0);

/** Adds a column's nodes (length, missing ones) and its buffers, as Arrow orders them. */
function layColumn(column: ArrowColumn, nodes: number[], buffers: ArrayBufferView[]): void {
  const n = column.values.length;
  switch (column.kind) {
    case "int":
      nodes.push(n, 0);
      buffers.push(none, Int32Array.from(column.values));
      break;
    case "float":
      nodes.push(n, 0);
      buffers.push(none, Float32Array.from(column.values));
      break;
    case "double":
      nodes.push(n, 0);
      buffers.push(none, Float64Array.from(column.values));
      break;
    case "list": {
      const { offsets, joined } = joinLists(column.values);
      nodes.push(n, 0, joined.length, 0);
      buffers.push(none, offsets, none, joined);
      break;
    }
    default: {
      const { offsets, bytes } = packTexts(column.values);
      const missing = column.values.filter((value) => value === undefined).length;
      nodes.push(n, missing);
      buffers.push(missing > 0 ? validity(column.values) : none, offsets, bytes);
    }
  }
}

function joinLists(values: readonly Float32Array[]): { offsets: Int32Array; joined: Float32Array } {
  const offsets = new Int32Array(values.length + 1);
  values.forEach((part, i) => {
    offsets[i + 1] = offsets[i] + part.length;
  });
  const joined = new Float32Array(offsets[values.length]);
  values.forEach((part, i) => {
    joined.set(part, offsets[i]);
  });
  return { offsets, joined };
}

/** A bit a row, the first lowest: 1 where there is a value. */
function validity(values: readonly (string | undefined)[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value !== undefined) bits[i >> 3] |= 1 << (i & 7);
  });
  return bits;
}

function packTexts(values: readonly (string | undefined)[]): { offsets: Int32Array; bytes: Uint8Array } {
  const encoder = new TextEncoder();
  const encoded = values.map((value) => encoder.encode(value ?? ""));
  const offsets = new Int32Array(values.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i] + bytes.length;
  });
  const bytes = new Uint8Array(offsets[values.length]);
  encoded.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return { offsets, bytes };
}

/** A message with its prefix, padded to whole groups of eight. */
function message(kind: number, header: Part, bodyLength: number): Uint8Array {
  const flat = finishFlat(table(version, [1, kind], header, [8, bodyLength]));
  const out = new Uint8Array(8 + padded(flat.length));
  const view = new DataView(out.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setInt32(4, padded(flat.length), true);
  out.set(flat, 8);
  return out;
}
