import type { Readable } from "node:stream";
import type { Image } from "../images/image.js";

/** Longest head of a picture in PGM or PPM as ffmpeg writes it. */
const HEAD = 64;

/**
 * Pictures in PGM or PPM, one after the other, out of a stream; at most one picture and a chunk are in memory.
 *
 * A last picture that is cut off is left out.
 */
export async function* pnmFrames(stream: Readable): AsyncGenerator<Image> {
  let chunks: Buffer[] = [];
  let length = 0;
  let head: { start: number; width: number; height: number; channels: number } | undefined;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    for (;;) {
      if (!head) {
        if (length < HEAD && chunks.length > 1) chunks = [Buffer.concat(chunks)];
        head = headOf(chunks[0].length < HEAD && chunks.length > 1 ? Buffer.concat(chunks) : chunks[0]);
      }
      if (!head) break;
      const { start, width, height, channels } = head;
      const end = start + width * height * channels;
      if (length < end) break;
      const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      yield { data: new Uint8Array(all.subarray(start, end)), width, height, channels };
      chunks = [all.subarray(end)];
      length = all.length - end;
      head = undefined;
    }
  }
}

/** Size and start of the picture whose head these bytes begin with; undefined while it is incomplete. */
function headOf(bytes: Buffer): { start: number; width: number; height: number; channels: number } | undefined {
  const match = /^P([56])\n(\d+) (\d+)\n255\n/.exec(bytes.toString("latin1", 0, HEAD));
  if (!match) return undefined;
  const [head, kind, width, height] = match;
  return { start: head.length, width: Number(width), height: Number(height), channels: kind === "6" ? 3 : 1 };
}
