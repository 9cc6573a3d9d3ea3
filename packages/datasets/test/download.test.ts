import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpora, corpusSources, DownloadError, downloadFile, getCorpus, verifyCorpus } from "../src/node.js";
import { temporaryFolder, toneWav, writeTree } from "./support.js";

const folder = temporaryFolder();
const body = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));
const sha256 = createHash("sha256").update(body).digest("hex");
const md5 = createHash("md5").update(body).digest("hex");

/** What the server does with its n-th request. */
type Behaviour = (request: IncomingMessage, response: ServerResponse, from: number) => void;
let script: Behaviour[] = [];
let requests: (string | undefined)[] = [];
let etag = '"v1"';

const head = (response: ServerResponse, from: number): void => {
  response.writeHead(from > 0 ? 206 : 200, { "Content-Length": body.length - from, ETag: etag });
};
const whole: Behaviour = (_, response, from) => {
  head(response, from);
  response.end(body.subarray(from));
};
/** Sends some bytes and cuts the wire. */
const drop =
  (bytes: number): Behaviour =>
  (_, response, from) => {
    head(response, from);
    response.write(body.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 150));
  };
const stall =
  (bytes: number): Behaviour =>
  (_, response, from) => {
    head(response, from);
    response.write(body.subarray(from, from + bytes));
  };
const fail =
  (status: number): Behaviour =>
  (_, response) => {
    response.writeHead(status);
    response.end("no");
  };

const server = createServer((request, response) => {
  requests.push(request.headers.range);
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const from = wanted && request.headers["if-range"] === etag ? Number(wanted[1]) : 0;
  (script.shift() ?? whole)(request, response, from);
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/corpus.tar.gz`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let made = 0;
const target = (...behaviours: Behaviour[]): string => {
  script = behaviours;
  requests = [];
  etag = '"v1"';
  return join(folder, `case${made++}`, "corpus.tar.gz");
};
/** Where each request asked to begin. */
const resumedAt = (): number[] => requests.map((range) => Number(/\d+/.exec(range ?? "0")?.[0]));
const options = { backoffMs: 1, stallMs: 300, checksum: { algorithm: "sha256" as const, value: sha256 } };

describe("downloadFile", () => {
  it("brings the file whole, with its sum and progress", async () => {
    const path = target();
    const seen: [number, number | undefined][] = [];
    const result = await downloadFile(url, path, { ...options, onProgress: (n, total) => seen.push([n, total]) });
    expect(result).toEqual({ sha256, bytes: body.length });
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(seen[seen.length - 1]).toEqual([body.length, body.length]);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it("goes on where a dropped connection stopped", async () => {
    const path = target(drop(50_000), drop(70_000));
    await downloadFile(url, path, options);
    expect(readFileSync(path).equals(body)).toBe(true);
    // How much of what was sent arrives before the wire is cut is the system's affair; that it is gone on with is ours.
    expect(resumedAt()).toHaveLength(3);
    expect(resumedAt()[0]).toBe(0);
    expect(resumedAt()[1]).toBeLessThanOrEqual(50_000);
    expect(resumedAt()[2]).toBeGreaterThan(resumedAt()[1]);
  });

  it("gives up a connection on which nothing comes, and tries again", async () => {
    const path = target(stall(30_000), stall(0));
    await downloadFile(url, path, options);
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(resumedAt()[0]).toBe(0);
    expect(resumedAt()[1]).toBeGreaterThan(0);
    expect(resumedAt()[1]).toBeLessThanOrEqual(30_000);
  });

  it("goes on in another run", async () => {
    const path = target(drop(50_000), ...new Array<Behaviour>(3).fill(fail(503)));
    await expect(downloadFile(url, path, { ...options, maxAttempts: 3 })).rejects.toThrow(
      new DownloadError(
        `${url} cannot be downloaded: the server answers 503 Service Unavailable (3 attempts without a new byte); what there is stays for the next time.`,
      ),
    );
    await downloadFile(url, path, options);
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(resumedAt()[requests.length - 1]).toBeGreaterThan(0);
  });

  it("starts over when the server's file has changed meanwhile", async () => {
    const path = target(drop(50_000), (request, response) => {
      etag = '"v2"';
      whole(request, response, 0);
    });
    await downloadFile(url, path, options);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("throws a file with a wrong sum away, and keeps one that is right", async () => {
    const path = target();
    const wrong = { algorithm: "md5" as const, value: "0".repeat(32) };
    await expect(downloadFile(url, path, { ...options, checksum: wrong })).rejects.toThrow(
      new DownloadError(
        `${url}: the md5 of what was downloaded is ${md5}, not ${wrong.value}; it was damaged or has changed.`,
      ),
    );
    expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
    await downloadFile(url, path, { ...options, checksum: { algorithm: "md5", value: md5 } });
    const before = requests.length;
    await downloadFile(url, path, options);
    expect(requests).toHaveLength(before);
  });

  it("does not try again what cannot be had", async () => {
    const path = target(fail(404));
    await expect(downloadFile(url, path, options)).rejects.toThrow(
      new DownloadError(`${url} cannot be downloaded: the server answers 404 Not Found.`),
    );
    expect(requests).toHaveLength(1);
    await expect(downloadFile("http://127.0.0.1:1/x", target(), { ...options, maxAttempts: 2 })).rejects.toThrow(
      /cannot be downloaded: .*(ECONNREFUSED|bad port)/,
    );
  });

  it("stops when told to", async () => {
    const path = target(stall(10_000));
    const controller = new AbortController();
    const work = downloadFile(url, path, { ...options, stallMs: 10_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await expect(work).rejects.toThrow("enough");
  });
});

describe("getCorpus", () => {
  it("notes the sum of the first download where none is published, and holds later ones against it", async () => {
    target();
    const dir = join(folder, "noted");
    const files = [{ url, name: "a.tar.gz" }];
    expect(await getCorpus("any", { dir, files, backoffMs: 1 })).toEqual([join(dir, "a.tar.gz")]);
    expect(readFileSync(join(dir, "a.tar.gz.sha256"), "utf8").trim()).toBe(sha256);
    writeFileSync(join(dir, "a.tar.gz"), "damaged");
    await expect(getCorpus("any", { dir, files, backoffMs: 1 })).rejects.toThrow(
      /the sha256 of .*a\.tar\.gz is .*, not .*; it was damaged or has changed\.$/,
    );
  });

  it("says which corpora cannot be had without a form", async () => {
    await expect(getCorpus("ravdes", { dir: folder })).rejects.toThrow(
      /^getCorpus: there is no corpus "ravdes"; those that can be had are freeSpokenDigits, .*ravdess/,
    );
    await expect(getCorpus("savee", { dir: folder })).rejects.toThrow(
      /^getCorpus: savee is not to be had by itself; its page says how/,
    );
  });

  it("lists addresses and well-formed sums", () => {
    const lengths = { md5: 32, sha1: 40, sha256: 64 };
    for (const { url, checksum } of Object.values(corpusSources).flat()) {
      expect(new URL(url).protocol).toMatch(/^https?:$/);
      if (checksum) expect(checksum.value).toMatch(new RegExp(`^[0-9a-f]{${lengths[checksum.algorithm]}}$`));
    }
    expect(Object.keys(corpusSources).filter((name) => name in corpora).length).toBeGreaterThan(6);
  });
});

describe("verifyCorpus", () => {
  it("says which files are missing, extra and broken", async () => {
    const root = join(folder, "savee");
    mkdirSync(root);
    writeTree(root, {
      "ALL/DC_a01.wav": toneWav(),
      "ALL/KL_su15.wav": "text",
      "ALL/holiday.wav": toneWav(),
      "readme.txt": "",
    });
    const result = await verifyCorpus("savee", { root, decode: true });
    expect(result).toMatchObject({ name: "savee", items: 2, expected: 480, extra: ["ALL/holiday.wav"] });
    expect(result.missing).toHaveLength(478);
    expect(result.missing).toContain("JE_n30");
    expect(result.broken).toEqual([
      { id: "KL_su15", reason: "ALL/KL_su15.wav: decodeWav: this is not a WAV file: it is text." },
    ]);
  });

  it.each([
    [
      "spoofProtocol",
      "protocol.tsv",
      "path\tspeaker\tutterance\tsystem\tkey\nA.wav\ts\tu\t-\tbonafide\nB.wav\ts\tu\tv\tspoof\n",
      "B.wav",
    ],
    ["inTheWild", "meta.csv", "file,speaker,label\nA.wav,x,spoof\nB.wav,y,bona-fide\n", "B"],
    ["asvSpoof", "LA.cm.train.trn.txt", "LA_1 LA_T_1 - - bonafide\nLA_2 LA_T_2 - A01 spoof\n", "LA_T_2"],
    ["esc50", "meta/esc50.csv", "filename,fold\n1-1-A-0.wav,1\n1-2-A-0.wav,1\n", "1-2-A-0"],
    [
      "speechCommands",
      "testing_list.txt",
      "yes/00000001_nohash_0.wav\nyes/00000002_nohash_0.wav\n",
      "yes/00000002_nohash_0.wav",
    ],
    ["flickr8k", "captions.txt", "image,caption\nA.jpg,a dog\nB.jpg,a cat\n", "B"],
  ])("names what the lists of %s speak of and its folder lacks", async (name, list, text, missing) => {
    const root = join(folder, `lists-${name}`);
    const first = {
      spoofProtocol: "A.wav",
      inTheWild: "A.wav",
      asvSpoof: "LA_T_1.wav",
      esc50: "audio/1-1-A-0.wav",
      flickr8k: "A.jpg",
    }[name];
    writeTree(root, { [list]: text, [first ?? "yes/00000001_nohash_0.wav"]: toneWav() });
    const verified = await verifyCorpus(name, { root });
    expect(verified).toMatchObject({ items: 1, missing: [missing] });
  });

  it("names a corpus that there is not", async () => {
    await expect(verifyCorpus("nonsense", { root: folder })).rejects.toThrow(
      /^verifyCorpus: no corpus is called "nonsense"; there are freeSpokenDigits, /,
    );
  });
});
