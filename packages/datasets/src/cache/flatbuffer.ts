/**
 * As much of FlatBuffers as Arrow's metadata need: writing front to back (children after their parents), and reading by field number.
 * Source: FlatBuffers internals (vtables, offsets, alignment).
 */

/** Bytes that grow. */
class FlatWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  /** Room for `size` bytes at an address that leaves `remainder` by `alignment`. */
  claim(size: number, alignment: number, remainder = 0): number {
    while (this.length % alignment !== remainder) this.length++;
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(2 * this.length);
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }

  put(at: number, size: 1 | 2 | 4 | 8, value: number): void {
    if (size === 1) this.view.setUint8(at, value);
    else if (size === 2) this.view.setInt16(at, value, true);
    else if (size === 4) this.view.setInt32(at, value, true);
    else this.view.setBigInt64(at, BigInt(value), true);
  }

  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Writes a part and returns where it begins. */
export type Part = (out: FlatWriter) => number;

/** A field of a table: a number of so many bytes, a part that it refers to, or nothing. */
export type Field = readonly [size: 1 | 2 | 4 | 8, value: number] | Part | undefined;

/** A table: fields in the order of their numbers. */
export const table =
  (...fields: Field[]): Part =>
  (out) => {
    const vtable = out.claim(4 + 2 * fields.length, 2);
    // Inline fields after the 4 bytes that lead to the vtable, each aligned to its size.
    let size = 4;
    const places = fields.map((field) => {
      if (field === undefined) return 0;
      const width = typeof field === "function" ? 4 : field[0];
      size = Math.ceil(size / width) * width;
      size += width;
      return size - width;
    });
    const start = out.claim(size, 8);
    out.put(vtable, 2, 4 + 2 * fields.length);
    out.put(vtable + 2, 2, size);
    places.forEach((place, i) => {
      out.put(vtable + 4 + 2 * i, 2, place);
    });
    out.put(start, 4, start - vtable);
    fields.forEach((field, i) => {
      if (field === undefined) return;
      const at = start + places[i];
      if (typeof field === "function") out.put(at, 4, field(out) - at);
      else out.put(at, field[0], field[1]);
    });
    return start;
  };

/** A list of tables or texts. */
export const list =
  (...parts: Part[]): Part =>
  (out) => {
    const start = out.claim(4 + 4 * parts.length, 4);
    out.put(start, 4, parts.length);
    parts.forEach((part, i) => {
      const at = start + 4 + 4 * i;
      out.put(at, 4, part(out) - at);
    });
    return start;
  };

/** A list of structs of 8-byte words. */
export const words =
  (perStruct: number, values: readonly number[]): Part =>
  (out) => {
    const start = out.claim(4 + 8 * values.length, 8, 4);
    out.put(start, 4, values.length / perStruct);
    values.forEach((value, i) => {
      out.put(start + 4 + 8 * i, 8, value);
    });
    return start;
  };

export const text =
  (value: string): Part =>
  (out) => {
    const bytes = new TextEncoder().encode(value);
    const start = out.claim(5 + bytes.length, 4);
    out.put(start, 4, bytes.length);
    for (let i = 0; i < bytes.length; i++) out.put(start + 4 + i, 1, bytes[i]);
    out.put(start + 4 + bytes.length, 1, 0);
    return start;
  };

/** A whole buffer with its root. */
export function finishFlat(root: Part): Uint8Array {
  const out = new FlatWriter();
  const at = out.claim(4, 8);
  out.put(at, 4, root(out));
  return out.done();
}

/** Where a field of a table lies, or 0 where the table has none. */
export function fieldAt(view: DataView, tableAt: number, number: number): number {
  const vtable = tableAt - view.getInt32(tableAt, true);
  if (4 + 2 * number >= view.getUint16(vtable, true)) return 0;
  const place = view.getUint16(vtable + 4 + 2 * number, true);
  return place === 0 ? 0 : tableAt + place;
}

/** What a reference at a place leads to. */
export const follow = (view: DataView, at: number): number => at + view.getUint32(at, true);
