import type { Readable } from "node:stream";
import { type Entry, open, type ZipFile } from "yauzl";
import { crc32 } from "./crc32.js";
import type { Extraction } from "./extraction.js";

/**
 * Writes all files of a zip archive through an extraction; sizes and check sums are verified.
 *
 * @throws Error if the archive is damaged, cut or encrypted, or the extraction refuses an entry
 */
export async function extractZip(path: string, extraction: Extraction): Promise<void> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, file) => (error ? reject(error) : resolve(file))),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on("entry", (entry: Entry) => {
        takeEntry(zip, entry, extraction).then(() => zip.readEntry(), reject);
      });
      zip.on("end", resolve);
      zip.on("error", (error: Error) => reject(refusal(error, extraction)));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}

/** A name that the reader of zips refuses before we see it, refused in our own words. */
function refusal(error: Error, extraction: Extraction): unknown {
  const name = /^(?:invalid relative path|absolute path): (.*)$/s.exec(error.message)?.[1];
  if (name === undefined) return error;
  try {
    extraction.place(name, "file");
  } catch (refused) {
    return refused;
  }
  return error;
}

async function takeEntry(zip: ZipFile, entry: Entry, extraction: Extraction): Promise<void> {
  const name = nameOf(entry);
  const target = extraction.place(name, kindOf(entry));
  if (target === undefined) return;
  if ((entry.generalPurposeBitFlag & 1) !== 0) throw new Error(`entry ${JSON.stringify(name)} is encrypted`);
  const stream = await new Promise<Readable>((resolve, reject) =>
    zip.openReadStream(entry, (error, s) => (error ? reject(error) : resolve(s))),
  );
  let sum = 0;
  const checked = (chunk: Uint8Array): void => {
    sum = crc32(chunk, sum);
  };
  if (entry.uncompressedSize > 8 * 2 ** 20) {
    stream.on("data", checked);
    await extraction.writeStream(target, stream);
  } else {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) {
      extraction.count(chunk.length);
      checked(chunk);
      chunks.push(chunk);
    }
    await extraction.write(target, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  }
  if (sum !== entry.crc32) throw new Error(`entry ${JSON.stringify(name)} is damaged (its check sum differs)`);
}

/** The flag by which an archive says that its names are UTF-8, and the field that holds a name as UTF-8 beside another. */
const [utf8Flag, unicodePath] = [0x800, 0x7075];

/** Many zip programs write UTF-8 without saying so, where the format means the letters of the first PCs: what is UTF-8 is read as that. */
function nameOf(entry: Entry): string {
  const { fileName, fileNameRaw, generalPurposeBitFlag, extraFields } = entry as Entry & { fileNameRaw: Buffer };
  if ((generalPurposeBitFlag & utf8Flag) !== 0 || extraFields.some(({ id }) => id === unicodePath)) return fileName;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(fileNameRaw).replaceAll("\\", "/");
  } catch {
    return fileName;
  }
}

/** Unix archives keep the file's type in the upper half of the attributes. */
function kindOf(entry: Entry): string {
  const type = (entry.externalFileAttributes >>> 16) & 0xf000;
  if (type === 0xa000) return "symlink";
  if (type !== 0 && type !== 0x8000 && type !== 0x4000) return "device";
  return entry.fileName.endsWith("/") ? "directory" : "file";
}
