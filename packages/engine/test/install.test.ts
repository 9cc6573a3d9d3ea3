import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { isInstalled, listEngines, useEngine } from "../src/index.js";
import { download } from "../src/install/download.js";
import { installEngine } from "../src/install/index.js";
import { unzip } from "../src/install/unzip.js";
import { wheels } from "../src/install/wheels.js";

const folder = mkdtempSync(join(tmpdir(), "earshot-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A server that sends `breakAfter` bytes and no more, as often as `breaks` says; whoever has read them breaks the connection. */
async function withServer<T>(
  body: Uint8Array,
  { breakAfter = Infinity, breaks = 0, ranges = true }: { breakAfter?: number; breaks?: number; ranges?: boolean },
  work: (url: string, asked: string[], onBytes: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range ?? "all");
    const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    response.writeHead(from ? 206 : 200, { "content-length": body.length - from });
    if (asked.length <= breaks) response.write(body.subarray(from, from + breakAfter));
    else response.end(body.subarray(from));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    return await work(url, asked, (bytes) => {
      if (asked.length <= breaks && bytes % breakAfter === 0) server.closeAllConnections();
    });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

/** A zip archive of files, packed and stored in turn. */
function zip(files: Record<string, Uint8Array>): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [i, [name, data]] of Object.entries(files).entries()) {
    const packed = i % 2 ? deflateRawSync(data) : Buffer.from(data);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(i % 2 ? 8 : 0, 8);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(i % 2 ? 8 : 0, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE((0o755 << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    parts.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += head.length + Buffer.byteLength(name) + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length / 3, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

describe("download", () => {
  const body = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) >> 3);
  const file = (url: string, name: string) => ({
    url,
    sha256: sha256(body),
    bytes: body.length,
    to: join(folder, name),
  });

  it("goes on where a broken connection ended, and fetches nothing twice", async () => {
    await withServer(body, { breakAfter: 60_000, breaks: 2 }, async (url, asked, read) => {
      const seen: number[] = [];
      const onBytes = (bytes: number): void => {
        seen.push(bytes);
        read(bytes);
      };
      await download(file(url, "resumed"), { onBytes });
      expect(asked).toEqual(["all", "bytes=60000-", "bytes=120000-"]);
      expect([...seen].sort((a, b) => a - b)).toEqual(seen);
      expect(seen[seen.length - 1]).toBe(body.length);
      expect(sha256(readFileSync(join(folder, "resumed")))).toBe(sha256(body));
      await download(file(url, "resumed"));
      expect(asked).toHaveLength(3);
    });
  });

  it("keeps what it got for the next try, under another name until it is whole", async () => {
    await withServer(body, { breakAfter: 50_000, breaks: 2 }, async (url, asked, onBytes) => {
      await expect(download(file(url, "kept"), { tries: 1, onBytes })).rejects.toThrow(
        /^kept cannot be downloaded \(.*; 50000 of 200000 bytes are kept for the next try\)$/,
      );
      expect([existsSync(join(folder, "kept")), statSync(join(folder, "kept.part")).size]).toEqual([false, 50_000]);
      await download(file(url, "kept"), { onBytes });
      expect(asked).toEqual(["all", "bytes=50000-", "bytes=100000-"]);
      expect(existsSync(join(folder, "kept.part"))).toBe(false);
    });
  });

  it("starts over where the server cannot go on in the middle", async () => {
    await withServer(body, { breakAfter: 50_000, breaks: 1, ranges: false }, async (url, _asked, onBytes) => {
      await download(file(url, "over"), { onBytes });
      expect(sha256(readFileSync(join(folder, "over")))).toBe(sha256(body));
    });
  });

  it("refuses another file than the one that was expected", async () => {
    await withServer(body, {}, async (url) => {
      await expect(download({ ...file(url, "wrong"), sha256: "0".repeat(64) })).rejects.toThrow(
        "wrong is not the file that was expected (its SHA-256 differs), and was deleted",
      );
      await expect(download({ ...file(url, "longer"), bytes: 1000 }, { tries: 1 })).rejects.toThrow(/more data/);
    });
    expect(readdirSync(folder).filter((name) => name.startsWith("wrong"))).toEqual([]);
  });

  it("says when nobody answers, and stops when told to", async () => {
    await expect(download(file("http://127.0.0.1:9/", "nobody"), { tries: 1 })).rejects.toThrow(
      /^nobody cannot be downloaded \(fetch failed: .+; 0 of 200000 bytes are kept/,
    );
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await expect(download(file("http://127.0.0.1:9/", "stopped"), { signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("unzip", () => {
  const archive = join(folder, "a.zip");

  it("writes what is wanted as it was, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6})?$/), fc.uint8Array({ maxLength: 3000 }), {
          maxKeys: 6,
        }),
        async (files) => {
          const flat = Object.fromEntries(Object.entries(files).map(([k, v]) => [k.replace("/", "/in-"), v]));
          writeFileSync(archive, zip(flat));
          const out = mkdtempSync(join(folder, "out-"));
          const wanted = Object.keys(flat).filter((name) => name < "n");
          expect(await unzip(archive, out, (name) => (name < "n" ? `file-${name}.bin` : undefined))).toBe(
            wanted.length,
          );
          for (const name of wanted) {
            expect(new Uint8Array(readFileSync(join(out, `file-${name}.bin`)))).toEqual(new Uint8Array(flat[name]));
          }
        },
      ),
      { seed: 5, numRuns: 20 },
    );
  });

  it("keeps permissions, and leaves no folder", async () => {
    writeFileSync(archive, zip({ tool: Uint8Array.of(1, 2) }));
    await unzip(archive, folder, () => "bin/tool");
    expect(statSync(join(folder, "bin/tool")).mode & 0o777).toBe(0o755);
    for (const path of ["../outside", "/outside", "a/../../outside"]) {
      await expect(unzip(archive, folder, () => path)).rejects.toThrow("tool would leave the folder");
    }
  });

  it("says when an archive is damaged, wherever it was cut", async () => {
    const whole = zip({ a: new Uint8Array(500), b: Uint8Array.from({ length: 500 }, (_, i) => i) });
    for (let length = 0; length < whole.length; length += 97) {
      writeFileSync(archive, whole.subarray(0, length));
      await expect(unzip(archive, folder, (name) => name)).rejects.toThrow("a.zip is damaged");
    }
  });
});

describe("the list of wheels", () => {
  it("names every file once, with its hash and size", () => {
    const all = Object.values(wheels).flat();
    expect(new Set(all.map(({ sha256: hash }) => hash)).size).toBe(all.length);
    for (const { path, sha256: hash, bytes } of all) {
      expect(path).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{60}\/[a-z0-9_]+-[0-9.]+-.*\.whl$/);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(1e6);
    }
  });
});

describe("installEngine", () => {
  const cache = join(folder, "cache");
  const engines = join(cache, "engines");

  it("names the engines there are", async () => {
    await expect(installEngine("gpuu")).rejects.toThrow(
      new RangeError('installEngine: unknown engine "gpuu"; known are cuda12, gpu, native and tensorflow-cpu.'),
    );
  });

  it("says what is missing before it changes anything", async () => {
    vi.stubEnv("EARSHOT_CACHE", cache);
    vi.stubEnv("TFJS_NODE_CDN_STORAGE", "http://127.0.0.1:9/");
    await expect(installEngine("native")).rejects.toThrow(
      /^installEngine: native cannot be installed here: .*127\.0\.0\.1:9, where TensorFlow's library comes from, cannot be reached \(.*\)\. It needs Node 20 to 22, npm, .*; \{ force: true \} tries it all the same\.$/,
    );
    vi.stubEnv("PYTHON", "no-such-python");
    vi.stubEnv("CXX", "no-such-compiler");
    await expect(installEngine("tensorflow-cpu")).rejects.toThrow(
      /Python 3\.8 or newer is not found \(python3\); .*no C\+\+ compiler is found \(g\+\+, or what CXX names\)/,
    );
    expect(readdirSync(engines)).toEqual([]);
  });

  it("leaves no half and keeps what was there when a step fails, and clears what killed installations left", async () => {
    vi.stubEnv("EARSHOT_CACHE", cache);
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9/");
    vi.stubEnv("npm_config_fetch_retries", "0");
    vi.stubEnv("npm_config_cache", join(folder, "npm"));
    mkdirSync(join(engines, "native"), { recursive: true });
    mkdirSync(join(engines, "native.999999999.partial"));
    await expect(installEngine("native", { force: true })).rejects.toThrow(
      /^installEngine: native was not installed: npm install ended with \d+: .*ECONNREFUSED.*\. It needs Node 20 to 22/,
    );
    expect(readdirSync(engines)).toEqual(["native"]);
  });

  it("an engine that does not load says so, and the default goes on", async () => {
    vi.stubEnv("EARSHOT_CACHE", cache);
    expect(await isInstalled("native")).toBe(false);
    const addon = join(engines, "native/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node");
    mkdirSync(dirname(addon), { recursive: true });
    writeFileSync(addon, "no library");
    writeFileSync(join(addon, "../../../package.json"), "{}");
    expect(await isInstalled("native")).toBe(true);
    const [{ loads, reason }] = await listEngines({ names: ["native"] });
    expect(loads).toBe(false);
    expect(reason).toMatch(
      /^useEngine: native does not load \(.*tfjs_binding\.node.*\); install it again with `earshot engine install native`\.$/,
    );
    expect((await useEngine({ threads: 1 })).name).toBe("wasm");
  });
});
