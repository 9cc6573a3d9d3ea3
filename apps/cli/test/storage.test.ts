import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
// @ts-expect-error It has no types.
import S3rver from "@20minutes/s3rver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { extractCommand } from "../src/commands/extract.js";
import { predictCommand } from "../src/commands/predict.js";
import { spoofCommand } from "../src/commands/spoof.js";
import { openPlace, splitAddress } from "../src/storage/place.js";
import { openS3 } from "../src/storage/s3.js";
import { parseS3Url } from "../src/storage/s3Url.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();
const how = { ...quiet, signal };
const before = { ...process.env };
let server: { run(): Promise<AddressInfo>; close(): Promise<void> };

/** A stand-in for S3 with a bucket of eight recordings. */
beforeAll(async () => {
  writeFiles(join(folder, "digits"), await digitFiles(2));
  mkdirSync(join(folder, "buckets"));
  server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    // It takes the slash behind a bucket's name out of what it signs, against the rules.
    allowMismatchedSignatures: true,
    directory: join(folder, "buckets"),
    configureBuckets: [{ name: "sounds", configs: [] }],
  });
  const { port } = await server.run();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "S3RVER",
    AWS_SECRET_ACCESS_KEY: "S3RVER",
    EARSHOT_CACHE: join(folder, "cache"),
  });
  const there = openPlace("s3://sounds/digits/recordings");
  const here = join(folder, "digits", "recordings");
  for (const name of readdirSync(here)) await there.write(name, readFileSync(join(here, name)));
});
afterAll(async () => {
  await server.close();
  process.env = before;
});

describe("a place", () => {
  it.each([
    ["a folder", () => join(folder, "place")],
    ["a bucket", () => "s3://sounds/place"],
  ])("that is %s keeps what is written, whatever its size, and nothing when it is removed", async (_, address) => {
    const place = openPlace(address());
    await place.make();
    await place.write("a/b.txt", "two");
    expect(await place.has("a/b.txt")).toBe(true);
    expect(await place.has("a/c.txt")).toBe(false);
    expect(Buffer.from(await place.read("a/b.txt")).toString()).toBe("two");
    // Beyond what is sent in one part.
    const large = Buffer.alloc(17 * 2 ** 20, "sound");
    writeFileSync(join(folder, "large"), large);
    await place.take("large", join(folder, "large"));
    expect(Buffer.from(await place.read("large")).equals(large)).toBe(true);
    await place.remove();
    expect(await place.has("a/b.txt")).toBe(false);
  });

  it("that was removed is not made again by what comes too late", async () => {
    const place = openPlace(join(folder, "gone"));
    await place.make();
    await place.remove();
    for (const name of ["late.txt", "a/late.txt"]) await expect(place.write(name, "late")).rejects.toThrow("ENOENT");
    expect(existsSync(join(folder, "gone"))).toBe(false);
  });
});

describe("work on a bucket", () => {
  it("makes the same features as on a disk", async () => {
    const options = { set: ["features.nMfcc=12"], workers: 1 };
    await extractCommand("digits-svm", join(folder, "digits"), { ...options, out: join(folder, "all.arrow") }, how);
    await extractCommand("digits-svm", "s3://sounds/digits", { ...options, out: "s3://sounds/made/all.arrow" }, how);
    const made = await (await openS3()).get("s3://sounds/made/all.arrow");
    expect(Buffer.from(made).equals(readFileSync(join(folder, "all.arrow")))).toBe(true);
    const left: string[] = [];
    for await (const { key } of (await openS3()).list("s3://sounds/made")) left.push(key);
    expect(left).toEqual(["made/all.arrow"]);
  });

  it("makes the same spoofed speech as on a disk", async () => {
    const options = { methods: "phaseRandom", versions: "one", sampleRate: 8000, seed: 3 } as const;
    await spoofCommand(join(folder, "digits"), { ...options, out: join(folder, "spoofed") }, how);
    await spoofCommand("s3://sounds/digits", { ...options, out: "s3://sounds/spoofed" }, how);
    const place = openPlace("s3://sounds/spoofed");
    const names = readdirSync(join(folder, "spoofed"), { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => /(wav|tsv)$/.test(name));
    expect(files).toHaveLength(17);
    for (const file of files) {
      expect(Buffer.from(await place.read(file)).equals(readFileSync(join(folder, "spoofed", file)))).toBe(true);
    }
    await expect(spoofCommand("s3://sounds", { ...options, out: "s3://sounds/x" }, how)).rejects.toThrow(
      "--out s3://sounds/x lies in s3://sounds: what is made there would be taken for speech the next time",
    );
  });

  it("judges recordings there, by a run that lies there too", async () => {
    const { dir } = await train(smallRecipe(), { ...quiet, out: join(folder, "run"), threads: 1 });
    const run = openPlace("s3://sounds/run");
    for (const name of ["model/model.json", "model/weights.safetensors", "recipe.yaml"]) {
      await run.write(name, readFileSync(join(dir, name)));
    }
    const files = ["s3://sounds/digits/"];
    const options = { top: 1, anyway: true };
    let text = "";
    const screen = createScreen({ json: true, stdout: { write: (part: string) => (text += part) } });
    await predictCommand("s3://sounds/run", files, options, { screen, signal });
    const { predictions } = JSON.parse(text) as { predictions: { file: string; class: string }[] };
    expect(predictions).toHaveLength(8);
    await predictCommand("s3://sounds/run", files, { ...options, csv: "s3://sounds/all.csv", workers: 1 }, how);
    const table = Buffer.from(await openPlace("s3://sounds").read("all.csv")).toString();
    const lines = table.trim().split("\n").slice(1);
    expect(lines.map((line) => line.split(",").slice(0, 2))).toEqual(
      predictions.map(({ file, class: label }) => [file, label]),
    );
    const missing = ["s3://sounds/digits/none.wav"];
    await expect(predictCommand("s3://sounds/run", missing, options, how)).rejects.toThrow(
      "s3://sounds/digits/none.wav does not exist; check the URL.",
    );
  });
});

describe("what is wrong with a bucket", () => {
  it("is said in a sentence without secrets", async () => {
    const s3 = await openS3();
    await expect(s3.get("s3://nobodys/x")).rejects.toThrow(
      "There is no bucket nobodys; check the URL and AWS_ENDPOINT_URL.",
    );
    await expect(
      extractCommand("digits-svm", "s3://sounds/none", { out: "x", set: [], workers: 1 }, how),
    ).rejects.toThrow("There is nothing below s3://sounds/none; check the URL.");
    const saved = process.env.AWS_ENDPOINT_URL;
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    await expect((await openS3()).get("s3://sounds/x")).rejects.toThrow(
      "No storage answers at AWS_ENDPOINT_URL; start it, or mend the variable.",
    );
    process.env.AWS_ENDPOINT_URL = saved;
  });

  it.each([
    [
      "s3://key:secret@bucket/x",
      "An S3 URL is s3://bucket/key; credentials belong into AWS_ACCESS_KEY_ID and its kin.",
    ],
    ["s3://", 'An S3 URL is s3://bucket/key, with a bucket of small letters and digits; got "s3://".'],
  ])("%s is refused", (url, sentence) => {
    expect(() => parseS3Url(url)).toThrow(sentence);
  });

  it("addresses are taken apart and put together", () => {
    expect(splitAddress("s3://sounds/a/b.csv")).toEqual({ folder: "s3://sounds/a", name: "b.csv" });
    expect(splitAddress("/a/b.csv")).toEqual({ folder: "/a", name: "b.csv" });
    expect(openPlace("s3://sounds").at("x")).toBe("s3://sounds/x");
  });
});
