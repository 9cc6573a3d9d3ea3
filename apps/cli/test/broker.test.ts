import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { redisPath } from "@earshot/testing/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Crew, type CrewOptions, FinalError, type JobNews } from "../src/queue/broker.js";
import type { PieceResult } from "../src/queue/piece.js";
import type { Task } from "../src/queue/task.js";
import { crash, type Machine, overRedis, simulated } from "./brokerWorlds.js";
import { scratchFolder } from "./helpers.js";

const folder = scratchFolder();

const task = (name: string): Task => ({ version: "1", work: { kind: "shard", name } as Task["work"] });
const jobs = (...ids: string[]) => ids.map((id) => ({ id, name: `shard 1 ${id[0]}`, task: task(id) }));
const done = (name: string): PieceResult => ({ name, reused: false });
const lockMs = 1000;

/** Until it is so; the contract says nothing of how long that takes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await isSo()); i++) {
    if (i > 1000) throw new Error("it never was so");
    await sleep(20);
  }
}

describe.each([
  ["BullMQ over Redis", overRedis],
  ["a simulated broker", simulated],
])("%s", (kind, world) => {
  const skipped = kind.startsWith("BullMQ") && !redisPath;
  beforeAll(async () => {
    if (!skipped) await world.begin(join(folder, "redis"));
  });
  afterAll(async () => {
    if (!skipped) await world.end();
  });

  const states = async ({ broker }: Machine, ids: readonly string[]) =>
    (await broker.lookAt(ids)).map(({ state }) => state);

  /** A test with machines of its own, all let go of in the end. */
  const holds = (sentence: string, body: (machine: () => Promise<Machine>) => Promise<void>) =>
    it.skipIf(skipped)(sentence, () =>
      world.run(async () => {
        const machines: Machine[] = [];
        let held = false;
        try {
          await body(async () => {
            const one = await world.machine();
            machines.push(one);
            return one;
          });
          held = true;
        } finally {
          // Where something was wrong, a job may never end: nobody waits for who is cut off.
          for (const { way } of machines) way.cut = !held;
          await Promise.all(machines.map(({ broker }) => broker.close()));
        }
      }),
    );

  const crewOf = (
    { broker }: Machine,
    run: (name: string) => Promise<PieceResult> | PieceResult,
    options: Partial<CrewOptions> = {},
  ): Promise<Crew> => broker.work(async ({ work }) => run(work.name), { workers: 1, lockMs, ...options });

  holds("keeps one job of an id, hands jobs out in their order, and tells what came of them", async (machine) => {
    const one = await machine();
    const news: JobNews[] = [];
    await one.broker.listen((heard) => news.push(heard));
    await one.broker.add([...jobs("a1", "a2", "a1"), { ...jobs("a0")[0], first: true }]);
    await one.broker.add(jobs("a2"));
    expect(await one.broker.list("wait", 0, 10)).toHaveLength(3);
    expect(await states(one, ["a0", "a9"])).toEqual(["open", "unknown"]);
    const order: string[] = [];
    const told: string[] = [];
    const crew = await crewOf(one, (name) => done(String(order.push(name) && name)), {
      onDone: (name) => told.push(name),
    });
    await until(() => told.length === 3 && news.length === 3);
    expect(order).toEqual(["a0", "a1", "a2"]);
    expect(told).toEqual(["shard 1 a", "shard 1 a", "shard 1 a"]);
    expect(news.map(({ id }) => id).sort()).toEqual(["a0", "a1", "a2"]);
    expect(news[0]).toEqual({ id: news[0].id, state: "completed", result: done(news[0].id) });
    const [facts, other] = await one.broker.lookAt(["a2", "a9"]);
    expect(facts).toMatchObject({ id: "a2", name: "shard 1 a", state: "completed", result: done("a2"), attempts: 1 });
    expect(facts.finishedOn).toBeGreaterThan(0);
    expect(other).toEqual({ id: "a9", name: "", state: "unknown", attempts: 0 });
    expect(
      [...(await one.broker.list("completed", 0, 2)), ...(await one.broker.list("completed", 2, 2))].sort(),
    ).toEqual(["a0", "a1", "a2"]);
    // Known already, however it ended: it is not done again until it is taken out.
    await one.broker.add(jobs("a1"));
    expect(await states(one, ["a1"])).toEqual(["completed"]);
    expect(await one.broker.remove(["a1"])).toBe(1);
    await one.broker.add(jobs("a1"));
    await until(() => order.length === 4);
    await crew.close();
  });

  holds("tries a job three times, one that cannot succeed once, and again when it is put back", async (machine) => {
    const one = await machine();
    const news: JobNews[] = [];
    const failed: string[] = [];
    await one.broker.listen((heard) => news.push(heard));
    await one.broker.add(jobs("b1", "b2"));
    let mended = false;
    const tries: string[] = [];
    const run = (name: string): PieceResult => {
      tries.push(name);
      if (mended) return done(name);
      if (name === "b2") throw new FinalError("never");
      throw new Error(`try ${tries.length}`);
    };
    const crew = await crewOf(one, run, { onFailed: (_, reason) => failed.push(reason) });
    await until(async () => (await states(one, ["b1", "b2"])).every((state) => state === "failed"));
    expect(tries).toEqual(["b1", "b2", "b1", "b1"]);
    expect(await one.broker.lookAt(["b1", "b2"])).toMatchObject([
      { reason: "try 4", attempts: 3 },
      { reason: "never", attempts: 1 },
    ]);
    await until(() => news.length === 2);
    expect(news).toEqual([
      { id: "b2", state: "failed" },
      { id: "b1", state: "failed" },
    ]);
    expect(failed).toEqual(["try 1", "never", "try 3", "try 4"]);
    expect((await one.broker.list("failed", 0, 10)).sort()).toEqual(["b1", "b2"]);
    mended = true;
    expect(await one.broker.retry(["b1", "b2", "b9"])).toBe(2);
    await until(async () => (await states(one, ["b1", "b2"])).every((state) => state === "completed"));
    expect(await one.broker.retry(["b1"])).toBe(0);
    await crew.close();
  });

  holds("lets nobody take out what somebody has, but what waits", async (machine) => {
    const one = await machine();
    await one.broker.add(jobs("c1", "c2"));
    let finish = (): void => {};
    const crew = await crewOf(one, (name) => new Promise((resolve) => (finish = () => resolve(done(name)))));
    await until(async () => (await one.broker.list("active", 0, 9)).includes("c1"));
    expect(await one.broker.remove(["c1", "c2", "c9"])).toBe(2);
    expect(await states(one, ["c1", "c2"])).toEqual(["open", "unknown"]);
    // Its lock is renewed for as long as it takes.
    await sleep(2.5 * lockMs);
    expect(await one.broker.list("active", 0, 9)).toEqual(["c1"]);
    // Closing waits for what runs, and takes nothing more.
    await one.broker.add(jobs("c3"));
    const closed = crew.close();
    finish();
    await closed;
    expect(await states(one, ["c1", "c3"])).toEqual(["completed", "open"]);
    await one.broker.remove(["c3"]);
  });

  holds("gives what a silent worker had to another, and does not listen to the first one any more", async (machine) => {
    const [near, far] = [await machine(), await machine()];
    const log: string[] = [];
    let finish = (): void => {};
    await far.broker.add(jobs("d1"));
    const lost = await crewOf(far, (name) => {
      log.push("far");
      return new Promise((resolve) => (finish = () => resolve({ ...done(name), reused: true })));
    });
    await until(() => log.length === 1);
    far.way.cut = true;
    const crew = await crewOf(near, (name) => done(String(log.push("near") && name)));
    await until(async () => (await states(near, ["d1"]))[0] === "completed");
    expect(log).toEqual(["far", "near"]);
    far.way.cut = false;
    finish();
    await lost.close();
    expect((await near.broker.lookAt(["d1"]))[0]).toMatchObject({
      state: "completed",
      result: done("d1"),
      attempts: 1,
    });
    await crew.close();
  });

  holds("keeps in mind what was called off, for whom it is asked", async (machine) => {
    const one = await machine();
    await one.broker.callOff("/e 1");
    await one.broker.callOff("/e 2");
    await one.broker.callOn("/e 1");
    expect(await one.broker.calledOff(["/e 1", "/e 2", "/e 3"])).toEqual(new Set(["/e 2"]));
    expect(await one.broker.calledOff([])).toEqual(new Set());
  });

  holds("waits for a server that is not reached, and lets go of one that is gone", async (machine) => {
    const one = await machine();
    one.way.cut = true;
    let added = false;
    const adding = one.broker.add(jobs("f1")).then(() => (added = true));
    await sleep(300);
    expect(added).toBe(false);
    one.way.cut = false;
    await adding;
    expect(await one.broker.remove(["f1"])).toBe(1);
    const crew = await crewOf(one, done);
    one.way.cut = true;
    await crew.close();
    await one.broker.close();
  });
});

describe("a simulated server that crashes", () => {
  it.each([
    ["nothing", ["open", "completed"], true],
    ["second", ["unknown", "completed"], false],
    ["everything", ["unknown", "unknown"], false],
  ] as const)("loses %s", (loss, left, marked) =>
    simulated.run(async () => {
      const { broker } = await simulated.machine();
      await broker.add(jobs("g2"));
      const crew = await broker.work(async ({ work }) => done(work.name), { workers: 1, lockMs });
      await until(async () => (await broker.lookAt(["g2"]))[0].state === "completed");
      await crew.close();
      await sleep(2000);
      await broker.add(jobs("g1"));
      await broker.callOff("/g");
      crash(loss);
      expect((await broker.lookAt(["g1", "g2"])).map(({ state }) => state)).toEqual(left);
      expect((await broker.calledOff(["/g"])).size === 1).toBe(marked);
      await broker.close();
    }),
  );
});
