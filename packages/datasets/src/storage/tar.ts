import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Extraction } from "./extraction.js";

/** Files up to this size are gathered in memory and written at once. */
const smallFile = 8 * 2 ** 20;

/**
 * Writes all files of a tar archive through an extraction.
 *
 * @throws Error if the archive is damaged or cut, or the extraction refuses an entry
 */
export async function extractTar(path: string, extraction: Extraction, { gzip }: { gzip: boolean }): Promise<void> {
  const parser = extract();
  parser.on("entry", (header, stream, next) => {
    takeEntry(header.name, header.type ?? "file", header.size ?? 0, stream as unknown as Readable, extraction).then(
      () => next(),
      (error: Error) => parser.destroy(error),
    );
  });
  const source = createReadStream(path, { highWaterMark: 2 ** 18 });
  const sink = parser as unknown as NodeJS.WritableStream;
  if (gzip) await pipeline(source, createGunzip({ chunkSize: 2 ** 18 }), sink);
  else await pipeline(source, sink);
}

async function takeEntry(
  name: string,
  type: string,
  size: number,
  stream: Readable,
  extraction: Extraction,
): Promise<void> {
  const target = extraction.place(name, type === "contiguous-file" ? "file" : type);
  if (target !== undefined && size > smallFile) return extraction.writeStream(target, stream);
  const chunks: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Uint8Array) => {
      try {
        extraction.count(chunk.length);
      } catch (error) {
        reject(error);
      }
      if (target !== undefined) chunks.push(chunk);
    });
    stream.on("end", resolve);
    stream.on("error", reject);
  });
  if (target !== undefined) await extraction.write(target, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}
