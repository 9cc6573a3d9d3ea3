import { mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadModel, saveModel } from "../src/folder/index.js";
import { modelCard } from "../src/folder/modelCard.js";
import { type ModelManifest, packModel, standardScaler, unpackModel } from "../src/index.js";
import { matrixOf } from "./golden.js";

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, open: vi.fn(real.open), rename: vi.fn(real.rename) };
});

const fitted = () =>
  standardScaler().fit(
    matrixOf([
      [1, 2],
      [3, 5],
    ]),
  );
let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "models-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** From now on folders cannot be opened for the reason of this code. */
function refuseFolders(code: string): void {
  const real = vi.mocked(open).getMockImplementation();
  vi.mocked(open).mockImplementation(async (path, flags) => {
    if (flags === "r") throw Object.assign(new Error(code), { code });
    return (real as typeof open)(path, flags);
  });
}

describe("saveModel on disks with a will of their own", () => {
  beforeEach(async () => {
    const { open: real } = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
    vi.mocked(open).mockImplementation(real);
  });

  it.each(["EISDIR", "EPERM", "EINVAL", "ENOTSUP"])(
    "does without %s: folders that cannot be made durable",
    async (code) => {
      refuseFolders(code);
      const path = join(dir, code);
      await saveModel(path, await fitted());
      expect((await loadModel(path)).manifest.kind).toBe("standardScaler");
    },
  );

  it("leaves nothing behind where the disk fails", async () => {
    const before = await readdir(dir);
    refuseFolders("EIO");
    await expect(saveModel(join(dir, "broken"), await fitted())).rejects.toThrow("EIO");
    expect(await readdir(dir)).toEqual(before);
  });

  it("puts the old folder back where the new one cannot take its place", async () => {
    const path = join(dir, "kept");
    await saveModel(path, await fitted(), { name: "old" });
    const before = await readdir(dir);
    const { rename: real } = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
    // The old one steps aside, then the new one fails.
    vi.mocked(rename).mockImplementationOnce(real).mockRejectedValueOnce(new Error("ENOSPC"));
    await expect(saveModel(path, await fitted(), { name: "new", overwrite: true })).rejects.toThrow("ENOSPC");
    expect((await loadModel(path)).manifest.name).toBe("old");
    expect(await readdir(dir)).toEqual(before);
  });
});

describe("unpackModel", () => {
  it("misses the weights", async () => {
    const { "model.json": manifest } = await packModel(await fitted());
    await expect(unpackModel({ "model.json": manifest })).rejects.toThrow(
      new RangeError("unpackModel: weights.safetensors is missing."),
    );
  });
});

describe("modelCard", () => {
  const bare: ModelManifest = {
    format: "earshot-model",
    formatVersion: 1,
    kind: "svc",
    classes: [],
    state: {},
    weights: { file: "weights.safetensors", sha256: "", tensors: {} },
  };

  it("says no more than is known", () => {
    const card = modelCard(bare);
    expect(card).toMatch(/^# svc\n\nA `svc` model of Earshot, format version 1\.\n\n## Use\n/);
  });

  it("tells data, source, citation, date, figures and notes; of many classes the first thirty", () => {
    const card = modelCard({
      ...bare,
      name: "toy",
      classes: Array.from({ length: 31 }, (_, i) => `c${i}`),
      data: { name: "made up", licence: "CC0", url: "https://example.org", citation: "Doe 2020" },
      date: "2026-01-02",
      notes: ["for tests"],
      metrics: {
        eer: { value: 0.12345 },
        accuracy: { value: 0.9, low: 0.8, high: 1 },
        odd: { value: "x" },
        none: null,
      },
      features: { kind: "mfcc" },
    });
    for (const line of [
      "* Training data: made up, licence: CC0",
      "* Source of the data: https://example.org",
      "* Cite: Doe 2020",
      "* Trained: 2026-01-02",
      "| eer | 0.1235 |",
      "| accuracy | 0.9 (0.8 to 1) |",
      "* for tests",
      '  "kind": "mfcc"',
    ]) {
      expect(card.split("\n")).toContain(line);
    }
    expect(card).toContain("c28, c29 …\n");
    expect(card).not.toMatch(/odd|none/);
  });
});
