import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type RedisServer, redisPath, startRedis } from "@earshot/testing/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { jobsCommand } from "../src/commands/jobs.js";
import { extractCorpus, runShardsHere } from "../src/features/extractCorpus.js";
import { parseQueueUrl } from "../src/queue/address.js";
import { overview } from "../src/queue/overview.js";
import { runShardsOn } from "../src/queue/runShardsOn.js";
import { type WorkOptions, workOff } from "../src/queue/work.js";
import { digitFiles, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const config = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 26, nMfcc: 13 } as const;
let corpus: Parameters<typeof extractCorpus>[0];
let redis: RedisServer;

/** 300 entries of eight recordings: three shards. */
beforeAll(async () => {
  const root = join(writeFiles(join(folder, "digits"), await digitFiles(2)), "recordings");
  const files = readdirSync(root).sort();
  corpus = {
    items: Array.from({ length: 300 }, (_, i) => ({
      id: `i${i}`,
      label: files[i % 8][0],
      path: join(root, files[i % 8]),
      load: () => Promise.reject(),
    })),
    title: "digits",
    licence: "none",
  };
});

const extract = (name: string, runner = runShardsOn(redis.url, name)) =>
  extractCorpus(corpus, { config, skipBroken: false, out: join(folder, name), runner });

/** A worker in this process; `stop` lets it finish what it has. */
function worker(options: Partial<WorkOptions> = {}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const done = workOff(redis.url, { workers: 1, lockMs: 2000, ...options, signal: stopping.signal });
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

const built = new URL("../dist/queue/work.js", import.meta.url);
const isBuilt = existsSync(fileURLToPath(built));
const spawned: ChildProcess[] = [];

/** A worker with threads, as a user has it, but given up sooner when it is silent. */
function workerProcess(): ChildProcess {
  const script = `import("${built}").then(({ workOff }) => workOff("${redis.url}", { workers: 1, lockMs: 2000 }))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  spawned.push(child);
  return child;
}

describe.skipIf(!redisPath)("a queue", () => {
  beforeAll(async () => {
    mkdirSync(join(folder, "redis"), { recursive: true });
    redis = await startRedis(join(folder, "redis"), { password: "secret" });
  });
  afterAll(async () => {
    for (const child of spawned) child.kill("SIGKILL");
    await redis.kill();
  });

  it("makes the same file as one machine, whoever works, and knows what it made", async () => {
    await extract("here.arrow", runShardsHere(1));
    const workers = [worker(), worker()];
    const { items, reused } = await extract("two.arrow");
    await Promise.all(workers.map((one) => one.stop()));
    expect({ items, reused }).toEqual({ items: 300, reused: 0 });
    expect(readFileSync(join(folder, "two.arrow"))).toEqual(readFileSync(join(folder, "here.arrow")));
    const [told] = await overview(redis.url);
    expect(told).toMatchObject({ title: "two.arrow", completed: 3, waiting: 0, active: 0, failed: 0, reasons: [] });
  });

  it("makes again what was made and then thrown away", async () => {
    const one = worker();
    await extract("two.arrow");
    await one.stop();
    expect(readFileSync(join(folder, "two.arrow"))).toEqual(readFileSync(join(folder, "here.arrow")));
  });

  it("refuses work of another version with the reason, which jobs shows", async () => {
    const old = worker({ version: "9.9.9" });
    await expect(extract("old.arrow")).rejects.toThrow(
      /^A shard job failed: a worker of Earshot 9\.9\.9 does no work for Earshot 0\.0\.0; run the same version everywhere; \d other/,
    );
    await old.stop();
    let out = "";
    const screen = createScreen({ stdout: { write: (part: string) => (out += part) } });
    await jobsCommand({ queue: redis.url, cancel: "old.arrow" }, screen);
    expect(out).toMatch(/old\.arrow\n {2}0 done, 0 running, 0 waiting, [1-3] failed\n {2}failed: a worker of Earshot/);
    // Called again with a worker that fits, it goes on.
    const good = worker();
    await extract("old.arrow");
    await good.stop();
    expect(readFileSync(join(folder, "old.arrow"))).toEqual(readFileSync(join(folder, "here.arrow")));
  });

  it("says so when a worker does not see the folder, and keeps the password to itself", async () => {
    const one = worker();
    const shards = [{ name: "1-x", items: [] }];
    const job = { config, parts: join(folder, "nowhere"), metadata: {} };
    const failed = runShardsOn(redis.url, "nowhere")(shards, job, { onResult() {} });
    await expect(failed).rejects.toThrow(/This machine does not see .*nowhere; work over a queue needs a folder/);
    await one.stop();
    const wrong = redis.url.replace("secret", "hunter2");
    const error: Error = await overview(wrong).then(
      () => new Error("let in"),
      (reason) => reason,
    );
    expect(error.message).toMatch(
      /^No queue answers at redis:\/\/127\.0\.0\.1:\d+ \(.*\); start Redis or Valkey there/,
    );
    expect(error.message).not.toContain("hunter2");
  });

  it.skipIf(!isBuilt)(
    "loses nothing when workers and the server are killed",
    async () => {
      const making = extract("killed.arrow");
      let ended = false;
      making.finally(() => (ended = true)).catch(() => {});
      for (let i = 0; i < 3 && !ended; i++) {
        const child = workerProcess();
        await sleep(600 + 150 * i);
        child.kill("SIGKILL");
      }
      await redis.kill();
      await sleep(200);
      await redis.start();
      const last = worker();
      await making;
      await last.stop();
      expect(readFileSync(join(folder, "killed.arrow"))).toEqual(readFileSync(join(folder, "here.arrow")));
    },
    90_000,
  );
});

describe("the address of a queue", () => {
  it("may hold user, password, database and TLS, and is shown without secrets", () => {
    const { connection, shown } = parseQueueUrl("rediss://ann:p%40ss@host:7000/2");
    expect(connection).toMatchObject({ host: "host", port: 7000, db: 2, username: "ann", password: "p@ss", tls: {} });
    expect(shown).toBe("rediss://host:7000/2");
    expect(parseQueueUrl("redis://[::1]").connection).toMatchObject({ host: "::1", port: 6379, db: 0 });
  });

  it.each([
    ["localhost", "--queue must be a URL such as redis://host:6379."],
    ["http://host", "--queue must begin with redis:// or rediss://, got http://host."],
    ["redis://host/x", "--queue: a database is a whole number from 0, got x."],
  ])("%s is refused", (url, sentence) => {
    expect(() => parseQueueUrl(url)).toThrow(sentence);
  });

  it("where nobody answers is named", async () => {
    await expect(overview("redis://127.0.0.1:1")).rejects.toThrow(
      "No queue answers at redis://127.0.0.1:1 (ECONNREFUSED); start Redis or Valkey there, or mend --queue.",
    );
  });
});
