import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { UsageError, UserError } from "../src/cli/errors.js";
import {
  imageValue,
  maskedCrc,
  record,
  scalarValue,
  summaryEvent,
  textValue,
  versionEvent,
} from "../src/tracking/eventFile.js";
import { mlflowFolderTracker } from "../src/tracking/mlflowFolder.js";
import { mlflowServerTracker } from "../src/tracking/mlflowServer.js";
import { openTracker } from "../src/tracking/openTracker.js";
import { tensorboardTracker } from "../src/tracking/tensorboard.js";
import { flatSettings } from "../src/tracking/tracker.js";

const golden = JSON.parse(await readFile(new URL("./golden/tracking.json", import.meta.url), "utf8"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const png = Buffer.from(golden.png, "hex");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-tracking-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("event files", () => {
  const events: Record<string, Uint8Array> = {
    version: versionEvent(golden.time),
    scalars: summaryEvent(golden.time, 7, [scalarValue("loss/training", 0.25), scalarValue("größe", -1.5)]),
    farStep: summaryEvent(golden.time, 3_000_000_000, [scalarValue("x", 1)]),
    image: summaryEvent(golden.time, 1, [imageValue("plots/confusion", png)]),
    text: summaryEvent(golden.time, 2, [textValue("settings", "| a | b |")]),
  };

  it.each(Object.keys(golden.events))("hold %s byte for byte as TensorBoard writes it", (name) => {
    expect(hex(events[name])).toBe(golden.events[name]);
    expect(hex(record(events[name]))).toBe(golden.records[name]);
  });

  it("check with CRC-32C, rotated and offset", () => {
    // The published check value of CRC-32C is e3069283 for these digits.
    const crc = 0xe3069283;
    const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
    expect(maskedCrc(new TextEncoder().encode("123456789"))).toBe(masked);
  });
});

/** Payloads of the records of a file, their checksums checked. */
function recordsOf(bytes: Buffer): Buffer[] {
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(maskedCrc(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(maskedCrc(data));
    out.push(data);
    at += 16 + length;
  }
  return out;
}

describe("tensorboardTracker", () => {
  it("appends whole records as they come, and none for figures that are not finite", async () => {
    const now = () => golden.time * 1000;
    const tracker = await tensorboardTracker({ folder: join(folder, "run"), now });
    await tracker.scalars(7, { "loss/training": 0.25, größe: -1.5, accuracy: Number.NaN, lr: null });
    await tracker.scalars(8, { accuracy: undefined });
    const [name] = await readdir(join(folder, "run"));
    expect(name).toMatch(/^events\.out\.tfevents\.1795248426\..+/);
    // Readable before it is closed: TensorBoard shows runs while they train.
    const early = recordsOf(await readFile(join(folder, "run", name)));
    expect(early.map(hex)).toEqual([golden.events.version, golden.events.scalars]);
    await tracker.image("plots/confusion", 1, png);
    await tracker.settings({ "model.kind": "a|b" });
    await tracker.close("finished");
    const all = recordsOf(await readFile(join(folder, "run", name)));
    expect(all).toHaveLength(4);
    expect(hex(all[2])).toBe(golden.events.image);
    expect(all[3].toString("utf8")).toContain("| model.kind | a\\|b |");
  });
});

describe("mlflowFolderTracker", () => {
  const options = () => ({ folder: join(folder, "mlruns"), experiment: "digits", run: "digits 1", now: () => 1000 });

  it("lays out a run as MLflow's file store reads it", async () => {
    const tracker = await mlflowFolderTracker(options());
    await tracker.settings({ seed: 1, "model.kind": "mlp" });
    await tracker.scalars(1, { "loss/training": 0.5, accuracy: Number.NaN });
    await tracker.scalars(2, { "loss/training": 0.25 });
    await tracker.image("plots/confusion", 2, png);
    const [experiment] = await readdir(join(folder, "mlruns"));
    const run = (await readdir(join(folder, "mlruns", experiment))).find((name) => name !== "meta.yaml") as string;
    const at = join(folder, "mlruns", experiment, run);
    const read = (path: string) => readFile(join(at, path), "utf8");
    expect(parse(await read("meta.yaml"))).toMatchObject({ status: 1, end_time: null });
    await tracker.close("interrupted");
    expect(parse(await read("meta.yaml"))).toMatchObject({
      run_id: run,
      run_name: "digits 1",
      experiment_id: experiment,
      status: 5,
      start_time: 1000,
      end_time: 1000,
      lifecycle_stage: "active",
    });
    expect(await read("params/model.kind")).toBe("mlp");
    expect(await read("metrics/loss/training")).toBe("1000 0.5 1\n1000 0.25 2\n");
    expect(await readdir(join(at, "metrics"))).toEqual(["loss"]);
    expect(await read("tags/mlflow.runName")).toBe("digits 1");
    expect(await readFile(join(at, "artifacts/plots/confusion-2.png"))).toEqual(png);
  });

  it("puts runs of one name into one experiment", async () => {
    await (await mlflowFolderTracker(options())).close("finished");
    await (await mlflowFolderTracker(options())).close("failed");
    await (await mlflowFolderTracker({ ...options(), experiment: "other" })).close("finished");
    const experiments = await readdir(join(folder, "mlruns"));
    expect(experiments).toHaveLength(2);
    const runs = await Promise.all(experiments.map((id) => readdir(join(folder, "mlruns", id))));
    expect(runs.map((names) => names.length).sort()).toEqual([2, 3]);
  });

  it.each(["../up", "/root", "a//b", "what?", ""])(
    "refuses the name %j, which would not be a file there",
    async (name) => {
      const tracker = await mlflowFolderTracker(options());
      await expect(tracker.scalars(1, { [name]: 1 })).rejects.toThrow(
        new UserError(
          `MLflow cannot take the name ${JSON.stringify(name)}: letters, digits, "_", "-", ".", ":", "/" and blanks alone.`,
        ),
      );
    },
  );
});

/** A server that answers as MLflow does and keeps what it was told. */
async function fakeServer(answer: (path: string) => { status: number; body: object }) {
  const told: { method: string; path: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const raw = Buffer.concat(parts);
      const json = request.headers["content-type"] === "application/json";
      const path = (request.url ?? "").replace("/api/2.0/", "");
      told.push({ method: request.method ?? "", path, body: json ? JSON.parse(raw.toString()) : raw });
      const { status, body } = answer(path);
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, told, close: () => new Promise((closed) => server.close(closed)) };
}

describe("mlflowServerTracker", () => {
  const run = { info: { run_id: "r1", artifact_uri: "mlflow-artifacts:/3/r1/artifacts" } };

  it("makes the experiment and the run, and tells settings a hundred at a time", async () => {
    const server = await fakeServer((path) => {
      if (path.startsWith("mlflow/experiments/get-by-name")) {
        return { status: 404, body: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "none" } };
      }
      if (path === "mlflow/experiments/create") return { status: 200, body: { experiment_id: "3" } };
      return { status: 200, body: path === "mlflow/runs/create" ? { run } : {} };
    });
    const tracker = await mlflowServerTracker({ url: `${server.url}/`, experiment: "a b", run: "one", now: () => 5 });
    await tracker.settings(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`p${i}`, i])));
    await tracker.scalars(4, { loss: 0.5, accuracy: Number.POSITIVE_INFINITY });
    await tracker.scalars(5, { accuracy: Number.NaN });
    await tracker.image("plots/a b", 4, png);
    await tracker.close("failed");
    await server.close();
    expect(server.told.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET mlflow/experiments/get-by-name?experiment_name=a%20b",
      "POST mlflow/experiments/create",
      "POST mlflow/runs/create",
      "POST mlflow/runs/log-batch",
      "POST mlflow/runs/log-batch",
      "POST mlflow/runs/log-batch",
      "PUT mlflow-artifacts/artifacts/3/r1/artifacts/plots/a%20b-4.png",
      "POST mlflow/runs/update",
    ]);
    expect(server.told[2].body).toMatchObject({ experiment_id: "3", run_name: "one", start_time: 5 });
    expect((server.told[4].body as { params: unknown[] }).params).toHaveLength(20);
    expect(server.told[5].body).toEqual({
      run_id: "r1",
      metrics: [{ key: "loss", value: 0.5, timestamp: 5, step: 4 }],
    });
    expect(server.told[6].body).toEqual(png);
    expect(server.told[7].body).toEqual({ run_id: "r1", status: "FAILED", end_time: 5 });
  });

  it("says who refused what, and who does not answer", async () => {
    const server = await fakeServer(() => ({ status: 403, body: { message: "no entry" } }));
    await expect(mlflowServerTracker({ url: server.url, experiment: "x", run: "y" })).rejects.toThrow(
      `The MLflow server at ${server.url} refused mlflow/experiments/get-by-name?experiment_name=x: 403 no entry`,
    );
    await server.close();
    await expect(mlflowServerTracker({ url: server.url, experiment: "x", run: "y" })).rejects.toThrow(
      /^No MLflow server answers at http:\/\/127\.0\.0\.1:\d+ \(.*\); start one with `mlflow server`\.$/,
    );
  });
});

describe("openTracker", () => {
  const run = () => ({ folder, name: "one", experiment: "digits" });

  it("tells every one that was asked for, and nobody when none was", async () => {
    const none = await openTracker([], run());
    await none.scalars(1, { loss: 1 });
    await none.close("finished");
    expect(await readdir(folder)).toEqual([]);
    const both = await openTracker(["tensorboard", `mlflow=${join(folder, "store")}`], run());
    await both.settings({ a: 1 });
    await both.scalars(1, { loss: 1 });
    await both.image("p", 1, png);
    await both.close("finished");
    expect((await readdir(folder)).sort()).toEqual(["store", "tensorboard"]);
  });

  it("refuses what it does not know", async () => {
    await expect(openTracker(["wandb"], run())).rejects.toThrow(
      new UsageError(
        "--track must be tensorboard, tensorboard=FOLDER, mlflow, mlflow=FOLDER or mlflow=http://HOST:PORT, got wandb.",
      ),
    );
  });
});

describe("flatSettings", () => {
  it("gives a nested recipe dotted names", () => {
    expect(flatSettings({ seed: 1, model: { kind: "mlp", layers: [1, 2], none: null }, on: true })).toEqual({
      seed: 1,
      "model.kind": "mlp",
      "model.layers": "[1,2]",
      on: true,
    });
  });
});
