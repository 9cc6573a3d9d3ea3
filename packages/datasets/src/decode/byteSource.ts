/** Bytes that can be read in parts: a buffer in memory, or an open file. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes [offset, offset + length), fewer only where the source ends. The result may be overwritten by the next read. */
  read(offset: number, length: number): Uint8Array;
}

/** A {@link ByteSource} over bytes in memory; reads copy nothing. */
export function bytesSource(bytes: Uint8Array | ArrayBuffer): ByteSource {
  const all = bytesOf("bytesSource", bytes);
  return { size: all.length, read: (offset, length) => all.subarray(offset, offset + length) };
}

/** True for a {@link ByteSource}, false for plain bytes. */
export function isByteSource(value: ByteSource | Uint8Array | ArrayBuffer): value is ByteSource {
  return typeof (value as Partial<ByteSource> | undefined)?.read === "function";
}

/** Bytes as they come from files, fetch and file inputs, as a view of them. */
export function bytesOf(fn: string, bytes: Uint8Array | ArrayBuffer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // By name: an ArrayBuffer may come from another window or realm.
  const kind = Object.prototype.toString.call(bytes).slice(8, -1);
  if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") return new Uint8Array(bytes);
  const way =
    kind === "Blob" || kind === "File" || kind === "Response"
      ? "; await its arrayBuffer()"
      : kind === "String"
        ? "; files are read by loadClip(path) of @earshot/datasets/node"
        : "";
  throw new TypeError(`${fn}: bytes must be a Uint8Array or an ArrayBuffer, got ${kind}${way}.`);
}
