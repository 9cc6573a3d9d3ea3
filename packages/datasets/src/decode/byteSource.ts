/** Bytes that can be read in parts: a buffer in memory, or an open file. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes [offset, offset + length), fewer only where the source ends. The result may be overwritten by the next read. */
  read(offset: number, length: number): Uint8Array;
}

/** A {@link ByteSource} over bytes in memory; reads copy nothing. */
export function bytesSource(bytes: Uint8Array | ArrayBuffer): ByteSource {
  const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return { size: all.length, read: (offset, length) => all.subarray(offset, offset + length) };
}

/** True for a {@link ByteSource}, false for plain bytes. */
export function isByteSource(value: ByteSource | Uint8Array | ArrayBuffer): value is ByteSource {
  return "read" in value && typeof value.read === "function";
}
