/** Writes protocol buffer messages: only what ONNX files need. */
export interface MessageWriter {
  int(field: number, value: number): MessageWriter;
  float(field: number, value: number): MessageWriter;
  text(field: number, value: string): MessageWriter;
  bytes(field: number, value: Uint8Array): MessageWriter;
  message(field: number, value: MessageWriter): MessageWriter;
  /** Repeated numbers, one after another. */
  ints(field: number, values: ArrayLike<number>): MessageWriter;
  floats(field: number, values: ArrayLike<number>): MessageWriter;
  finish(): Uint8Array;
}

export function createMessage(): MessageWriter {
  const parts: Uint8Array[] = [];
  const head = (field: number, wire: number): void => void parts.push(varint(field * 8 + wire));
  const writer: MessageWriter = {
    int(field, value) {
      head(field, 0);
      parts.push(varint(value));
      return writer;
    },
    float(field, value) {
      head(field, 5);
      parts.push(new Uint8Array(Float32Array.of(value).buffer));
      return writer;
    },
    text: (field, value) => writer.bytes(field, new TextEncoder().encode(value)),
    bytes(field, value) {
      head(field, 2);
      parts.push(varint(value.length), value);
      return writer;
    },
    message: (field, value) => writer.bytes(field, value.finish()),
    ints: (field, values) => writer.bytes(field, join(Array.from(values, varint))),
    floats: (field, values) => writer.bytes(field, new Uint8Array(Float32Array.from(values).buffer)),
    finish: () => join(parts),
  };
  return writer;
}

/** Seven bits a byte, lowest first; negative numbers as two's complement of 64 bits. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    out.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
