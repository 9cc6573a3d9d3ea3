import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createGzip, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { CorpusError, isArchiveName, openStorage } from "../src/node.js";
import { messageOf, temporaryFolder, writeTree } from "./support.js";
import { zipOf } from "./zipFile.js";

const folder = temporaryFolder();
let made = 0;
const fresh = (name = "case"): string => {
  const path = join(folder, `${name}${made++}`);
  mkdirSync(path);
  return path;
};
const cacheDir = join(folder, "cache");

interface TarEntry {
  name: string;
  content?: string | Buffer;
  type?: "file" | "symlink" | "link" | "directory" | "character-device" | "fifo";
  linkname?: string;
}
async function tarOf(entries: TarEntry[]): Promise<Buffer> {
  const packer = pack();
  for (const { name, content = "", type = "file", linkname } of entries) {
    if (type === "file") packer.entry({ name, type }, content);
    else packer.entry({ name, type, linkname });
  }
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
const writeTarGz = async (entries: TarEntry[], name = "corpus.tar.gz"): Promise<string> => {
  const path = join(fresh(), name);
  writeFileSync(path, gzipSync(await tarOf(entries)));
  return path;
};
const rejection = (work: Promise<unknown>): Promise<string> => messageOf(work, CorpusError);

describe("isArchiveName", () => {
  it("knows archives by their endings, large or small", () => {
    expect(["a.tar", "b.tar.gz", "c.TGZ", "d/e.zip"].every(isArchiveName)).toBe(true);
    expect(["a.gz", "zip", "b.zip.txt", "c.tar.xz"].some(isArchiveName)).toBe(false);
  });
});

describe("openStorage", () => {
  it("lists a folder's files below their common folder, sorted, without hidden ones", async () => {
    const root = writeTree(fresh(), {
      "top/b/2.wav": "2",
      "top/a/10.wav": "10",
      "top/a/1.wav": "1",
      "top/.DS_Store": "",
      "top/README": "",
    });
    const storage = await openStorage(root);
    expect(storage.files).toEqual(["README", "a/1.wav", "a/10.wav", "b/2.wav"]);
    expect(Buffer.from(await storage.read("a/10.wav")).toString()).toBe("10");
    expect(storage.path("b/2.wav")).toBe(join(root, "top/b/2.wav"));
  });

  it("follows links to files and folders, each folder once", async () => {
    const root = writeTree(fresh(), { "real/a.wav": "1" });
    symlinkSync(join(root, "real"), join(root, "again"));
    symlinkSync(root, join(root, "real", "loop"));
    symlinkSync(join(root, "nowhere"), join(root, "broken"));
    expect((await openStorage(root)).files.filter((f) => f.endsWith("a.wav"))).toHaveLength(1);
  });

  const entries = [
    { name: "top/", type: "directory" as const },
    { name: "top/a/1.wav", content: "one" },
    { name: "top/b/2.wav", content: Buffer.alloc(9 * 2 ** 20, 7) },
    { name: "top/._a", content: "clutter" },
    { name: "__MACOSX/top/a", content: "clutter" },
  ];
  it.each(["tar", "tar.gz", "tgz", "zip"])("opens .%s, extracting it once", async (kind) => {
    const path = join(fresh(), `corpus.${kind}`);
    const tar = await tarOf(entries);
    writeFileSync(
      path,
      kind === "tar"
        ? tar
        : kind === "zip"
          ? zipOf(entries.map((e) => ({ ...e, content: Buffer.from(e.content ?? "") })))
          : gzipSync(tar),
    );
    const storage = await openStorage(path, { cacheDir });
    expect(storage.files).toEqual(["a/1.wav", "b/2.wav"]);
    expect(Buffer.from(await storage.read("a/1.wav")).toString()).toBe("one");
    expect((await storage.read("b/2.wav")).length).toBe(9 * 2 ** 20);
    expect((await openStorage(path, { cacheDir })).root).toBe(storage.root);
  });

  it("tells the kind by content, not by name", async () => {
    const path = join(fresh(), "corpus.bin");
    writeFileSync(path, gzipSync(await tarOf(entries)));
    expect((await openStorage(path, { cacheDir })).files).toHaveLength(2);
  });

  it("extracts anew when the archive has changed", async () => {
    const path = await writeTarGz([{ name: "a.wav", content: "old" }]);
    expect((await openStorage(path, { cacheDir })).files).toEqual(["a.wav"]);
    writeFileSync(path, gzipSync(await tarOf([{ name: "b.wav", content: "new" }])));
    expect((await openStorage(path, { cacheDir })).files).toEqual(["b.wav"]);
  });

  it("serves many that open the same archive at once", async () => {
    const path = await writeTarGz(entries);
    const mine = join(fresh(), "cache");
    const all = await Promise.all(Array.from({ length: 6 }, () => openStorage(path, { cacheDir: mine })));
    expect(new Set(all.map((s) => s.root)).size).toBe(1);
    for (const storage of all) expect(storage.files).toHaveLength(2);
    expect(readdirSync(mine)).toHaveLength(1);
  });

  it("looks into a folder that holds one archive, and finds a corpus by name among many", async () => {
    const root = fresh();
    writeFileSync(join(root, "digits.tar.gz"), gzipSync(await tarOf(entries)));
    expect((await openStorage(root, { cacheDir })).files).toHaveLength(2);
    writeFileSync(join(root, "other.tar"), await tarOf([{ name: "x.txt", content: "x" }]));
    expect((await openStorage(root, { cacheDir, names: /other/ })).files).toEqual(["x.txt"]);
  });

  it.each<[string, TarEntry, string]>([
    ["climbs", { name: "a/../../evil.wav", content: "x" }, "climbs out of the folder"],
    ["is absolute", { name: "/etc/evil", content: "x" }, "has an absolute name"],
    ["has a drive", { name: "C:/evil", content: "x" }, "has an absolute name"],
    ["is a symbolic link", { name: "evil", type: "symlink", linkname: "/etc/passwd" }, "is a symlink"],
    ["is a hard link", { name: "evil", type: "link", linkname: "a/1.wav" }, "is a link"],
    ["is a device", { name: "evil", type: "character-device" }, "is a character-device"],
  ])("refuses a tar entry that %s, and leaves nothing behind", async (_, entry, reason) => {
    const path = await writeTarGz([{ name: "fine.wav", content: "x" }, entry]);
    const mine = join(fresh(), "cache");
    const message = await rejection(openStorage(path, { cacheDir: mine }));
    expect(message).toContain(`entry ${JSON.stringify(entry.name)} ${reason}; the archive is refused.`);
    expect(readdirSync(mine)).toEqual([]);
    expect(existsSync(join(folder, "evil.wav"))).toBe(false);
  });

  it("reads names of zips that are UTF-8, said or not", async () => {
    const path = join(fresh(), "named.zip");
    writeFileSync(
      path,
      zipOf([
        { name: "Hund 🐕/größer.wav", content: Buffer.from("x") },
        { name: "b.wav", content: Buffer.from("y") },
      ]),
    );
    expect((await openStorage(path, { cacheDir: fresh() })).files).toEqual(["Hund 🐕/größer.wav", "b.wav"].sort());
  });

  it.each<[string, Parameters<typeof zipOf>[0][number], RegExp]>([
    [
      "climbs",
      { name: "../evil.wav", content: Buffer.from("x") },
      /entry "..\/evil.wav" climbs out of the folder; the archive is refused/,
    ],
    ["is absolute", { name: "/etc/evil", content: Buffer.from("x") }, /cannot be extracted|absolute/],
    ["is a link", { name: "evil", content: Buffer.from("/etc/passwd"), unixMode: 0o120777 }, /is a symlink/],
    [
      "has a wrong check sum",
      { name: "evil", content: Buffer.from("x"), crc: 1 },
      /is damaged \(its check sum differs\)/,
    ],
    ["lies about its size", { name: "evil", content: Buffer.alloc(1000), claimedSize: 10 }, /cannot be extracted/],
  ])("refuses a zip entry that %s, and leaves nothing behind", async (_, entry, reason) => {
    const path = join(fresh(), "corpus.zip");
    writeFileSync(path, zipOf([{ name: "fine.wav", content: Buffer.from("x") }, entry]));
    const mine = join(fresh(), "cache");
    expect(await rejection(openStorage(path, { cacheDir: mine }))).toMatch(reason);
    expect(readdirSync(mine)).toEqual([]);
  });

  it("refuses a bomb before it fills the disk", async () => {
    const path = join(fresh(), "bomb.tar.gz");
    const gzip = createGzip({ level: 9 });
    const tar = pack();
    tar.entry({ name: "zeros.wav" }, Buffer.alloc(96 * 2 ** 20));
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar.pipe(gzip)) chunks.push(chunk as Buffer);
    writeFileSync(path, Buffer.concat(chunks));
    const mine = join(fresh(), "cache");
    expect(await rejection(openStorage(path, { cacheDir: mine }))).toMatch(
      /unpacks to more than \d+ bytes from \d+; that looks like a bomb/,
    );
    expect(readdirSync(mine)).toEqual([]);
    const many = await writeTarGz([{ name: "1" }, { name: "2" }, { name: "3" }]);
    expect(await rejection(openStorage(many, { cacheDir: mine, maxFiles: 2 }))).toMatch(
      /holds more than 2 files; it is refused/,
    );
  });

  it("refuses a damaged or cut archive, and leaves nothing behind", async () => {
    const mine = join(fresh(), "cache");
    const cut = await writeTarGz(entries);
    truncateSync(cut, (await readFile(cut)).length - 20);
    expect(await rejection(openStorage(cut, { cacheDir: mine }))).toMatch(
      /cannot be extracted: unexpected end of file\.$/,
    );
    const flipped = await writeTarGz([{ name: "a", content: "hello hello hello hello" }]);
    const bytes = await readFile(flipped);
    bytes[bytes.length - 6] ^= 1;
    writeFileSync(flipped, bytes);
    expect(await rejection(openStorage(flipped, { cacheDir: mine }))).toMatch(/cannot be extracted/);
    const cutTar = join(fresh(), "cut.tar");
    writeFileSync(cutTar, (await tarOf(entries)).subarray(0, 3000));
    expect(await rejection(openStorage(cutTar, { cacheDir: mine }))).toMatch(/cannot be extracted/);
    expect(readdirSync(mine)).toEqual([]);
  });

  it("says what is wrong with what it was given", async () => {
    expect(await rejection(openStorage(join(folder, "nowhere")))).toBe(
      `${join(folder, "nowhere")} does not exist; name a folder or archive that holds the corpus.`,
    );
    const empty = fresh("empty");
    expect(await rejection(openStorage(empty))).toBe(
      `${empty} is empty; name a folder or archive that holds the corpus.`,
    );
    const text = join(fresh(), "notes.txt");
    writeFileSync(text, "hello");
    expect(await rejection(openStorage(text, { cacheDir }))).toBe(`${text} is not a tar, tar.gz or zip archive.`);
    const hollow = await writeTarGz([{ name: "only-a-folder/", type: "directory" }]);
    expect(await rejection(openStorage(hollow, { cacheDir }))).toBe(`${hollow} holds no files.`);
  });

  it("reads what the system's own tar writes", async () => {
    const root = writeTree(fresh(), { [`long-${"x".repeat(120)}/ä.wav`]: "1" });
    const plain = join(fresh(), "system.tar");
    execFileSync("tar", ["cf", plain, "-C", root, "."]);
    // Compressed here, since tar itself would need a gzip on the machine.
    const path = `${plain}.gz`;
    writeFileSync(path, gzipSync(readFileSync(plain)));
    expect((await openStorage(path, { cacheDir })).files).toEqual(["ä.wav"]);
  });
});
