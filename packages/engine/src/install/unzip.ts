import { importBuiltin } from "../setup/host.js";

interface Entry {
  name: string;
  method: number;
  packed: number;
  size: number;
  offset: number;
  /** Unix permissions, 0 where none are stored. */
  mode: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Unpacks what is wanted from a zip archive, such as a Python wheel, file by file and never whole in memory.
 *
 * @param folder where files go
 * @param place path below `folder` for an entry's name, or undefined to leave it out
 * @returns how many files were written
 * @throws Error if the archive is damaged, or an entry would leave the folder
 */
export async function unzip(
  archive: string,
  folder: string,
  place: (name: string) => string | undefined,
): Promise<number> {
  const [{ open, mkdir }, { createReadStream, createWriteStream }, { pipeline }, zlib, { dirname, join, normalize }] =
    await Promise.all([
      importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
      importBuiltin<typeof import("node:fs")>("node:fs"),
      importBuiltin<typeof import("node:stream/promises")>("node:stream/promises"),
      importBuiltin<typeof import("node:zlib")>("node:zlib"),
      importBuiltin<typeof import("node:path")>("node:path"),
    ]);
  const file = await open(archive);
  const read = async (at: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw damaged(archive);
    return buffer;
  };
  try {
    let written = 0;
    for (const entry of await readDirectory((await file.stat()).size, read, archive)) {
      const to = entry.name.endsWith("/") ? undefined : place(entry.name);
      if (to === undefined) continue;
      if (/^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(normalize(to))) {
        throw new Error(`${archive}: ${entry.name} would leave the folder`);
      }
      const path = join(folder, to);
      await mkdir(dirname(path), { recursive: true });
      const head = await read(entry.offset, 30);
      if (head.readUInt32LE(0) !== LOCAL) throw damaged(archive);
      const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
      const out = createWriteStream(path, { mode: entry.mode || 0o644 });
      if (entry.packed === 0) out.end();
      else {
        const from = createReadStream(archive, { start, end: start + entry.packed - 1 });
        await (entry.method === 8 ? pipeline(from, zlib.createInflateRaw(), out) : pipeline(from, out));
      }
      if (entry.packed > 0 && out.bytesWritten !== entry.size) throw damaged(archive);
      written++;
    }
    return written;
  } finally {
    await file.close();
  }
}

const damaged = (archive: string): Error => new Error(`${archive} is damaged`);

/** The central directory at the archive's end. */
async function readDirectory(
  size: number,
  read: (at: number, length: number) => Promise<Buffer>,
  archive: string,
): Promise<Entry[]> {
  const length = Math.min(size, 65_557);
  const tail = await read(size - length, length);
  let end = length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw damaged(archive);
  const count = tail.readUInt16LE(end + 10);
  const [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (count === 0xffff || offset === 0xffffffff) throw new Error(`${archive} needs ZIP64, which is not read here`);
  const directory = await read(offset, bytes);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== CENTRAL) throw damaged(archive);
    const [named, extra, comment] = [28, 30, 32].map((o) => directory.readUInt16LE(at + o));
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + named),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
    });
    at += 46 + named + extra + comment;
  }
  return entries;
}
