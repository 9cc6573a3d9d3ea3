import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { type RedisServer, redisPath, startRedis } from "@earshot/testing/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { jobsCommand } from "../src/commands/jobs.js";
import { predictCommand } from "../src/commands/predict.js";
import { spoofCommand } from "../src/commands/spoof.js";
import { sweepCommand } from "../src/commands/sweep.js";
import { extractCorpus } from "../src/features/extractCorpus.js";
import { parseQueueUrl } from "../src/queue/address.js";
import { runOn } from "../src/queue/distribute.js";
import { cancel, overview, retryFailed } from "../src/queue/overview.js";
import { runHere } from "../src/queue/runHere.js";
import { type WorkOptions, workOff } from "../src/queue/work.js";
import { digitFiles, quiet, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();
const password = "hunter2-secret";
const config = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 26, nMfcc: 13 } as const;
const recordings = join(folder, "digits", "recordings");
let corpus: Parameters<typeof extractCorpus>[0];
let redis: RedisServer;

/** 300 entries of eight recordings: three shards. */
beforeAll(async () => {
  writeFiles(join(folder, "digits"), await digitFiles(2));
  const files = readdirSync(recordings).sort();
  corpus = {
    items: Array.from({ length: 300 }, (_, i) => ({
      id: `i${i}`,
      label: files[i % 8][0],
      path: join(recordings, files[i % 8]),
      load: () => Promise.reject(),
    })),
    title: "digits",
    licence: "none",
  };
});

const extract = (name: string, runner = runOn(redis.url), stop = signal) =>
  extractCorpus(corpus, { config, skipBroken: false, out: join(folder, name), runner, signal: stop });

/** A worker in this process; `stop` lets it finish what it has. */
function worker(options: Partial<WorkOptions> = {}, url = redis.url): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const done = workOff(url, { workers: 1, lockMs: 2000, ...options, signal: stopping.signal });
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** What a command prints. */
async function printed(run: (screen: ReturnType<typeof createScreen>) => Promise<void>): Promise<string> {
  let out = "";
  await run(createScreen({ stdout: { write: (part: string) => (out += part) }, stderr: { write: () => {} } }));
  return out;
}

const same = (a: string, b: string): void =>
  expect(readFileSync(join(folder, a)).equals(readFileSync(join(folder, b)))).toBe(true);

const built = new URL("../dist/queue/work.js", import.meta.url);
const isBuilt = existsSync(fileURLToPath(built));
const spawned: ChildProcess[] = [];

/** A worker with threads, as a user has it, but given up sooner when it is silent. */
function workerProcess(): ChildProcess {
  const script = `import("${built}").then(({ workOff }) => workOff("${redis.url}", { workers: 1, lockMs: 1000 }))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  spawned.push(child);
  return child;
}

describe.skipIf(!redisPath)("a queue", () => {
  let shared: ReturnType<typeof worker>;
  beforeAll(async () => {
    mkdirSync(join(folder, "redis"), { recursive: true });
    redis = await startRedis(join(folder, "redis"), { password });
    await extract("here.arrow", runHere(1));
  });
  afterAll(async () => {
    for (const child of spawned) child.kill("SIGKILL");
    await redis.kill();
  });

  it("refuses work of another version with the reason, which jobs shows with each dead letter", async () => {
    const old = worker({ version: "9.9.9" });
    await expect(extract("old.arrow")).rejects.toThrow(
      /^3 shard jobs failed: a worker of Earshot 9\.9\.9 does no work for Earshot 0\.0\.0; run the same version everywhere\. Everything else is done; see/,
    );
    await old.stop();
    const out = await printed((screen) => jobsCommand({ queue: redis.url }, { screen, signal }));
    expect(out).toMatch(
      /old\.arrow\n {2}0 done, 0 running, 0 waiting, 3 failed\n( {2}failed after 1 attempt: a worker of Earshot.*\(job [-0-9a-f]+\)\n){3}/,
    );
    const cancelWrong = jobsCommand({ queue: redis.url, cancel: join(folder, "odd.arrow") }, { ...quiet, signal });
    await expect(cancelWrong).rejects.toThrow(/^There are no jobs of .*odd\.arrow; .*old\.arrow/);
    // The command need not wait: put back, the jobs are done by a worker that fits, and the command finds them so.
    expect(await retryFailed(redis.url, "nobody's")).toBe(0);
    expect(await retryFailed(redis.url, join(folder, "old.arrow"))).toBe(3);
    shared = worker();
    await extract("old.arrow");
    same("old.arrow", "here.arrow");
  });

  it("makes the same file as one machine, whoever works, and tells how it went", async () => {
    const second = worker();
    const { items, reused } = await extract("two.arrow");
    await second.stop();
    expect({ items, reused }).toEqual({ items: 300, reused: 0 });
    same("two.arrow", "here.arrow");
    const told = (await overview(redis.url)).find(({ title }) => title.endsWith("two.arrow"));
    expect(told).toMatchObject({ completed: 3, waiting: 0, active: 0, failed: 0, kinds: ["shard"], dead: [] });
    expect(told?.rate).toBeGreaterThan(0);
  });

  it("makes again what was made and then thrown away", async () => {
    await extract("two.arrow");
    same("two.arrow", "here.arrow");
  });

  it("makes the same spoofed speech as one machine", async () => {
    const options = { methods: "phaseRandom,replayTelephone", versions: "one", sampleRate: 8000, seed: 3 } as const;
    const make = (out: string, how: { queue?: string }) =>
      spoofCommand(recordings, { ...options, ...how, out: join(folder, out) }, { ...quiet, signal });
    await make("spoofHere", {});
    await make("spoofThere", { queue: redis.url });
    const names = readdirSync(join(folder, "spoofHere"), { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => /(wav|tsv)$/.test(name));
    expect(files).toHaveLength(17);
    for (const file of files) same(join("spoofThere", file), join("spoofHere", file));
  });

  it("tries the same settings as one machine, and fits the same best run", async () => {
    const set = ["data.speakers=2", "data.takes=2", "split.beside=", "split.allowLeakage=true"];
    set.push("report.replicates=20", "report.worst=0", "model.c=log:0.001..10");
    const options = {
      set,
      search: "halving",
      trials: 2,
      eta: 2,
      budget: "items=0.5..1",
      folds: 2,
      threads: 1,
    } as const;
    const go = (out: string, how: { queue?: string }) =>
      sweepCommand("quickstart", { ...options, ...how, out: join(folder, out) }, { ...quiet, signal });
    await go("sweepHere", {});
    await go("sweepThere", { queue: redis.url });
    const [here, there] = ["sweepHere", "sweepThere"].map((name) => {
      const { trials, metrics } = JSON.parse(readFileSync(join(folder, name, "sweep.json"), "utf8"));
      return { trials: trials.map((trial: object) => ({ ...trial, seconds: 0 })), metrics: metrics.metrics };
    });
    expect(there).toEqual(here);
    expect(here.trials.map(({ rung }: { rung: number }) => rung)).toEqual([0, 0, 1]);
  });

  it("judges the same as one machine, each file once, and says which cannot be read", async () => {
    const { run: dir } = JSON.parse(readFileSync(join(folder, "sweepHere", "sweep.json"), "utf8"));
    const named = [recordings, join(folder, "nowhere.wav")];
    const judge = (csv: string, how: { queue?: string }) =>
      predictCommand(dir, named, { csv: join(folder, csv), top: 1, anyway: true, ...how }, { ...quiet, signal });
    await expect(judge("here.csv", {})).rejects.toThrow("1 of 9 files could not be read; the others are judged above.");
    await expect(judge("there.csv", { queue: redis.url })).rejects.toThrow(
      "1 of 9 files could not be read; the others are judged in the table.",
    );
    same("there.csv", "here.csv");
    const lines = readFileSync(join(folder, "there.csv"), "utf8").trim().split("\n").slice(1);
    expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(8);
    expect(existsSync(join(folder, "there.csv.parts"))).toBe(false);
  });

  it("says so when a worker does not see the folder, and keeps the password to itself", async () => {
    const work = { kind: "shard", name: "1-x", place: join(folder, "nowhere"), job: { config, metadata: {} } } as const;
    const failed = runOn(redis.url)([{ work, items: 1 }], { title: "x", onResult: () => undefined });
    await expect(failed).rejects.toThrow(/This machine does not see .*nowhere; work over a queue needs a folder/);
    const wrong = redis.url.replace(password, "another-secret");
    const error: Error = await overview(wrong).then(
      () => new Error("let in"),
      (reason) => reason,
    );
    expect(error.message).toMatch(
      /^No queue answers at redis:\/\/127\.0\.0\.1:\d+ \(.*\); start Redis or Valkey there/,
    );
    expect(error.message).not.toContain("another-secret");
  });

  it("speaks TLS, and trusts only who it is told to", async () => {
    const pem = (name: string) => fileURLToPath(new URL(`./tls/${name}.pem`, import.meta.url));
    const server = createServer({ key: readFileSync(pem("key")), cert: readFileSync(pem("cert")) }, (socket) => {
      const plain = connect(redis.port, "127.0.0.1");
      for (const side of [socket, plain]) side.on("error", () => {});
      socket.pipe(plain).pipe(socket);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    const url = `rediss://:${password}@127.0.0.1:${port}`;
    await expect(overview(url)).rejects.toThrow(/^No queue answers at rediss:\/\/127\.0\.0\.1:\d+ \(.*SIGNED.*\)/);
    await extract("tls.arrow", runOn(`${url}?ca=${pem("cert")}`));
    same("tls.arrow", "here.arrow");
    server.close();
  });

  it("is called off from anywhere: what waits is taken out, what runs is dropped, and who waits is told", async () => {
    await shared.stop();
    const title = join(folder, "off.arrow");
    const making = extract("off.arrow");
    const refused = expect(making).rejects.toThrow(`${title} was called off by \`earshot jobs --cancel\``);
    for (let waiting = 0; waiting < 3; await sleep(20)) {
      waiting = (await overview(redis.url)).find((one) => one.title === title)?.waiting ?? 0;
    }
    expect(await cancel(redis.url, title)).toBe(3);
    await refused;
    shared = worker();
    // Asked for again, it is made.
    await extract("off.arrow");
    same("off.arrow", "here.arrow");
    await shared.stop();
  });

  it.skipIf(!isBuilt)("is worked off by a worker's thread, one job after the other", async () => {
    const make = (name: string, runner: ReturnType<typeof runHere>) =>
      extractCorpus(corpus, { config, skipBroken: false, shard: 75, out: join(folder, name), runner });
    const child = workerProcess();
    await make("threads.arrow", runOn(redis.url));
    child.kill("SIGKILL");
    await make("thread.arrow", runHere(1));
    same("threads.arrow", "thread.arrow");
  });

  it.skipIf(!isBuilt)(
    "loses nothing when workers and the server are killed",
    async () => {
      const making = extract("killed.arrow");
      let ended = false;
      making.finally(() => (ended = true)).catch(() => {});
      for (let i = 0; i < 3 && !ended; i++) {
        const child = workerProcess();
        await sleep(500 + 150 * i);
        child.kill("SIGKILL");
      }
      await redis.kill();
      await sleep(100);
      await redis.start();
      const last = worker({ lockMs: 1000 });
      await making;
      await last.stop();
      same("killed.arrow", "here.arrow");
    },
    90_000,
  );

  it("leaves its password in no file that it writes", () => {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => readFileSync(file).includes(password))).toEqual([]);
  });
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
    ["redis://host?ca=x", "--queue: ?ca=FILE belongs to rediss://."],
    ["rediss://host?ca=/no/such.pem", "--queue: ?ca=/no/such.pem cannot be read (ENOENT)."],
    ["rediss://host?tls=no", "--queue: ?ca=FILE is known, got ?tls=…."],
  ])("%s is refused", (url, sentence) => {
    expect(() => parseQueueUrl(url)).toThrow(sentence);
  });

  it("where nobody answers is named", async () => {
    await expect(overview("redis://127.0.0.1:1")).rejects.toThrow(
      "No queue answers at redis://127.0.0.1:1 (ECONNREFUSED); start Redis or Valkey there, or mend --queue.",
    );
  });
});
