import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { type ArrowBlock, type ArrowField, arrowHead, arrowMagic, arrowTail } from "./arrowFile.js";
import { fieldAt, follow } from "./flatbuffer.js";

/**
 * Joins Arrow files of `encodeArrow` into one, a record batch each, in their order; memory holds one at a time.
 *
 * The file appears whole or not at all.
 *
 * @param parts paths of the files, all with these fields and these words about them
 * @returns bytes written
 * @throws Error naming the part that is no Arrow file, or has other fields
 */
export function joinArrow(
  parts: readonly string[],
  path: string,
  { fields, metadata = {} }: { fields: readonly ArrowField[]; metadata?: Readonly<Record<string, string>> },
): number {
  const head = arrowHead(fields, metadata);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const bytes = writeParts(parts, temporary, head, (blocks) => arrowTail(fields, blocks, metadata));
    renameSync(temporary, path);
    return bytes;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeParts(
  parts: readonly string[],
  path: string,
  head: Uint8Array,
  tail: (blocks: readonly ArrowBlock[]) => Uint8Array,
): number {
  const file = openSync(path, "w");
  try {
    let at = 0;
    const write = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      at += bytes.length;
    };
    write(head);
    const blocks: ArrowBlock[] = [];
    for (const part of parts) {
      const bytes = readFileSync(part);
      if (bytes.length < head.length || !head.every((byte, i) => bytes[i] === byte))
        throw new Error(`joinArrow: ${part} is no Arrow file with the fields of the others.`);
      for (const block of blocksOf(bytes, part)) {
        blocks.push({ ...block, offset: at });
        write(bytes.subarray(block.offset, block.offset + block.messageLength + block.bodyLength));
      }
    }
    write(tail(blocks));
    fsyncSync(file);
    return at;
  } finally {
    closeSync(file);
  }
}

/**
 * Where the record batches of an Arrow file lie, by its footer.
 *
 * @throws Error if it is cut, or contradicts itself
 */
function blocksOf(bytes: Uint8Array, name: string): ArrowBlock[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 10;
  if (end < 16 || !arrowMagic.every((c, i) => bytes[end + 4 + i] === c))
    throw new Error(`joinArrow: ${name} is cut; remove it, and it is made again.`);
  const list = follow(view, fieldAt(view, follow(view, end - view.getInt32(end, true)), 3));
  return Array.from({ length: view.getUint32(list, true) }, (_, i) => {
    const at = list + 4 + 24 * i;
    return {
      offset: Number(view.getBigInt64(at, true)),
      messageLength: view.getInt32(at + 8, true),
      bodyLength: Number(view.getBigInt64(at + 16, true)),
    };
  });
}
