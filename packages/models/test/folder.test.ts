import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, saveModel } from "../src/folder/index.js";
import { sha256Plain } from "../src/folder/sha256.js";
import {
  packModel,
  pipeline,
  readSafetensors,
  standardScaler,
  svc,
  tensor,
  unpackModel,
  writeSafetensors,
} from "../src/index.js";
import { matrixOf } from "./golden.js";

const x = matrixOf([
  [1, 2],
  [2, 1],
  [8, 9],
  [9, 8],
  [1, 1],
  [9, 9],
]);
const y = ["low", "low", "high", "high", "low", "high"];
const fitted = () => pipeline(standardScaler(), svc()).fit(x, y);

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "models-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("model folders", () => {
  it("give back a model that predicts the same, with what was said about it", async () => {
    const model = await fitted();
    const metrics = { accuracy: { value: 0.98765, low: 0.9, high: 1 } };
    const data = { name: "made up", licence: "CC0" };
    await saveModel(join(dir, "one"), model, { name: "toy", features: { kind: "mfcc", nMfcc: 13 }, data, metrics });
    expect((await readdir(join(dir, "one"))).sort()).toEqual(["README.md", "model.json", "weights.safetensors"]);
    expect((await readdir(dir)).sort()).toEqual(["one"]);
    const { model: copy, manifest } = await loadModel(join(dir, "one"));
    expect(await copy.predictProba(x)).toEqual(await model.predictProba(x));
    expect(copy.classes).toEqual(["high", "low"]);
    expect(manifest).toMatchObject({ name: "toy", features: { nMfcc: 13 }, data, metrics, kind: "pipeline" });
  });

  it("are the same bytes for the same model", async () => {
    expect(await packModel(await fitted(), { name: "a" })).toEqual(await packModel(await fitted(), { name: "a" }));
  });

  it("carry a card with data, licence and figures", async () => {
    const files = await packModel(await fitted(), { data: { name: "made up" }, metrics: { accuracy: 0.5 } });
    const card = new TextDecoder().decode(files["README.md"]);
    expect(card).toContain("Training data: made up, licence not stated");
    expect(card).toContain("| accuracy | 0.5 |");
    expect(card).toContain("Classes (2): high, low");
  });

  it("are replaced only when told to", async () => {
    const model = await fitted();
    await saveModel(join(dir, "two"), model);
    await expect(saveModel(join(dir, "two"), model)).rejects.toThrow(
      `saveModel: ${join(dir, "two")} exists; choose another folder or set overwrite.`,
    );
    await saveModel(join(dir, "two"), model, { overwrite: true, name: "second" });
    expect((await loadModel(join(dir, "two"))).manifest.name).toBe("second");
    expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("leave nothing behind when the model is not fitted", async () => {
    await expect(saveModel(join(dir, "three"), svc())).rejects.toThrow("svc: call fit before getState.");
    expect(await readdir(dir)).not.toContain("three");
  });

  it("that are none say so", async () => {
    await expect(loadModel(join(dir, "nowhere"))).rejects.toThrow(/model\.json is missing; is .* a model folder\?$/);
    await writeFile(join(dir, "file"), "");
    await expect(loadModel(join(dir, "file"))).rejects.toThrow(/model\.json is missing; is .*file a model folder\?$/);
  });
});

describe("unpackModel", () => {
  const changed = async (change: (manifest: Record<string, unknown>) => void) => {
    const files = await packModel(await fitted());
    const manifest = JSON.parse(new TextDecoder().decode(files["model.json"]));
    change(manifest);
    return { ...files, "model.json": new TextEncoder().encode(JSON.stringify(manifest)) };
  };

  it("refuses versions it does not know", async () => {
    await expect(unpackModel(await changed((m) => Object.assign(m, { formatVersion: 7 })))).rejects.toThrow(
      new RangeError(
        "unpackModel: model.json has format version 7, this package reads 1; use the version of Earshot that wrote it, or train again.",
      ),
    );
  });

  it("refuses damaged weights", async () => {
    const files = await packModel(await fitted());
    const damaged = files["weights.safetensors"].slice();
    damaged[damaged.length - 1] ^= 1;
    await expect(unpackModel({ ...files, "weights.safetensors": damaged })).rejects.toThrow(
      /^unpackModel: weights\.safetensors has sha256 .*; the files do not belong together, or one is damaged\.$/,
    );
  });

  it("names a tensor that is missing, and one with another shape", async () => {
    const repack = async (change: (tensors: ReturnType<typeof readSafetensors>) => void) => {
      const files = await packModel(await fitted());
      const tensors = readSafetensors(files["weights.safetensors"]);
      change(tensors);
      const weights = writeSafetensors(tensors);
      const digest = Buffer.from(sha256Plain(weights)).toString("hex");
      const manifest = JSON.parse(new TextDecoder().decode(files["model.json"]));
      manifest.weights.sha256 = digest;
      return { "model.json": new TextEncoder().encode(JSON.stringify(manifest)), "weights.safetensors": weights };
    };
    await expect(unpackModel(await repack((t) => delete t["steps.1.rho"]))).rejects.toThrow(
      new RangeError('unpackModel: weights.safetensors has no tensor "steps.1.rho".'),
    );
    await expect(
      unpackModel(await repack((t) => Object.assign(t["steps.0.center"], { shape: [1, 2] }))),
    ).rejects.toThrow(new RangeError('unpackModel: tensor "steps.0.center" has shape [1, 2], model.json says [2].'));
  });

  it("refuses an unknown kind and files that are something else", async () => {
    await expect(
      unpackModel(await changed((m) => Object.assign(m.state as object, { kind: "pipelin" }))),
    ).rejects.toThrow(new RangeError('restoreModel: unknown kind "pipelin"; did you mean "pipeline"?'));
    await expect(unpackModel({ "model.json": new TextEncoder().encode('{"a":1}') })).rejects.toThrow(
      new RangeError('unpackModel: model.json has format undefined, not "earshot-model".'),
    );
    await expect(unpackModel({})).rejects.toThrow(
      new RangeError("unpackModel: model.json is missing; is this a model folder?"),
    );
  });
});

describe("safetensors", () => {
  it("come back as they were written, in every type", () => {
    const tensors = {
      b: tensor(Float64Array.of(1, Number.NaN, -Infinity), [3]),
      a: tensor(Uint8Array.of(1, 2, 255), [3, 1]),
      c: tensor(Int32Array.of(-5, 7), [2]),
      d: tensor(Float32Array.of(0.5), []),
      e: tensor(Uint16Array.of(65535), [1]),
    };
    expect(readSafetensors(writeSafetensors(tensors))).toEqual(tensors);
  });

  it("widen half and brain floats", () => {
    const header = JSON.stringify({
      h: { dtype: "F16", shape: [3], data_offsets: [0, 6] },
      b: { dtype: "BF16", shape: [1], data_offsets: [6, 8] },
    });
    const bytes = new Uint8Array(8 + header.length + 8);
    bytes[0] = header.length;
    bytes.set(new TextEncoder().encode(header), 8);
    bytes.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc400, 0x0001, 0x3fc0).buffer), 8 + header.length);
    const { h, b } = readSafetensors(bytes);
    expect([...h.data]).toEqual([1, -4, 2 ** -24]);
    expect([...b.data]).toEqual([1.5]);
  });

  it("that lie about their size are named", () => {
    const file = writeSafetensors({ weight: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]) });
    expect(() => readSafetensors(file.subarray(0, file.length - 4))).toThrow(
      new RangeError('readSafetensors: tensor "weight" of shape [2, 2] needs 16 bytes, the file gives 12.'),
    );
    expect(() => readSafetensors(file.subarray(0, 20))).toThrow(
      new RangeError("readSafetensors: the header says it is longer than the file of 20 bytes."),
    );
    expect(() => readSafetensors(new Uint8Array(3))).toThrow(
      new RangeError("readSafetensors: 3 bytes are too few for a safetensors file."),
    );
  });
});

describe("sha256Plain", () => {
  it("gives the digests of FIPS 180-4", () => {
    const hex = (text: string) => Buffer.from(sha256Plain(new TextEncoder().encode(text))).toString("hex");
    expect(hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hex("a".repeat(1000))).toBe("41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
  });
});
