import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createChance, type FuzzTarget, fuzz, keepInputs, keptInputs, mutate, mutateJson } from "@earshot/testing/fuzz";
import { afterAll, describe, expect, it } from "vitest";

const seeds = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)];
const target = (run: FuzzTarget["run"], rest: Partial<FuzzTarget> = {}): FuzzTarget => ({
  name: "planted",
  seeds,
  run,
  allows: (error) => error instanceof RangeError,
  ...rest,
});
const refuse = (): never => {
  throw new RangeError("f: no.");
};

describe("fuzz", () => {
  it("finds an error that none may throw, and tells the input that does it again", async () => {
    const run = (bytes: Uint8Array): number => {
      if (bytes[3] === 0) throw new TypeError("x is undefined");
      return bytes[0] === 1 ? 1 : refuse();
    };
    const { failures, accepted, refused, executions } = await fuzz(target(run), 2000, 1);
    expect(failures.map(({ what }) => what)).toEqual(["TypeError: x is undefined"]);
    expect(() => run(failures[0].bytes)).toThrow(TypeError);
    expect([executions, accepted > 200, refused > 200]).toEqual([2000, true, true]);
  });

  it("finds a stack that overflows, memory beyond bounds, and what hangs", async () => {
    const deep = (n: number): number => deep(n + 1) + 1;
    expect(
      (
        await fuzz(
          target(() => deep(0)),
          1,
          1,
        )
      ).failures[0].what,
    ).toMatch(/^RangeError: Maximum call stack/);
    const wild = target(() => 2 ** 30, { limitBytes: (n) => 4 * n });
    expect((await fuzz(wild, 1, 1)).failures[0].what).toBe("1073741824 bytes came out of 8");
    const slow = target(
      () => {
        for (const end = performance.now() + 12; performance.now() < end; );
        return 0;
      },
      { limitMs: 2 },
    );
    expect((await fuzz(slow, 1, 1)).failures[0].what).toMatch(/^\d+ ms$/);
  });

  it("does the same with the same seed, and another with another", async () => {
    const inputs = async (seed: number) => {
      const seen: string[] = [];
      await fuzz(
        target((bytes) => seen.push(Buffer.from(bytes).toString("hex"))),
        50,
        seed,
      );
      return seen;
    };
    expect(await inputs(7)).toEqual(await inputs(7));
    expect(await inputs(7)).not.toEqual(await inputs(8));
  });

  it("starts seven times in ten from a seed that is accepted, however many are not", async () => {
    const broken = Array.from({ length: 50 }, (_, i) => Uint8Array.of(0, i));
    let good = 0;
    const run = (bytes: Uint8Array): number => (bytes[0] === 1 ? 1 : refuse());
    const damage = (seed: Uint8Array): Uint8Array => {
      if (seed[0] === 1) good++;
      return seed;
    };
    await fuzz(target(run, { seeds: [...broken, ...seeds], damage }), 1000, 2);
    expect(good).toBeGreaterThan(650);
    expect(good).toBeLessThan(750);
  });

  it("keeps one input of each way to end that no seed showed", async () => {
    const run = (bytes: Uint8Array): number => {
      if (bytes.length > 9) throw new RangeError(`f: ${bytes.length} bytes are too many.`);
      return bytes.length < 4 ? refuse() : 1;
    };
    const { novel } = await fuzz(target(run), 2000, 4);
    expect(novel.map(({ length }) => (length < 4 ? "short" : "long")).sort()).toEqual(["long", "short"]);
  });
});

describe("kept inputs", () => {
  const folder = mkdtempSync(join(tmpdir(), "earshot-fuzz-"));
  const targets = pathToFileURL(join(folder, "targets.ts")).href;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("come back as they were, at most 150 of at most 2 KiB", () => {
    expect(keptInputs(targets, "a, b")).toEqual([]);
    const inputs = Array.from({ length: 100 }, (_, i) => Uint8Array.of(i, 0, 0x22, 0x7f, 0x80, 0xff));
    expect(keepInputs(targets, "a, b", [new Uint8Array(2049), ...inputs])).toBe(100);
    expect(keptInputs(targets, "a, b")).toEqual(inputs);
    expect(keepInputs(targets, "a, b", inputs)).toBe(50);
    expect(keepInputs(targets, "a, b", inputs)).toBe(0);
  });
});

describe("damage", () => {
  it("never touches the seed, and mostly changes it", () => {
    const chance = createChance(5);
    const before = seeds[0].slice();
    let same = 0;
    for (let i = 0; i < 500; i++) {
      if (Buffer.compare(mutate(seeds[0], Uint8Array.of(9), chance, [Uint8Array.of(7, 7)]), before) === 0) same++;
    }
    expect(seeds[0]).toEqual(before);
    expect(same).toBeLessThan(50);
    expect(mutate(new Uint8Array(0), before, chance).length).toBeGreaterThanOrEqual(0);
  });

  it("leaves trees that are JSON, keys like __proto__ among them", () => {
    const chance = createChance(6);
    const text = '{"a":[1,2,{"b":"x"}],"c":null,"d":0.5}';
    const seen = Array.from({ length: 500 }, () => mutateJson(text, '{"other":[true]}', chance));
    for (const one of seen) expect(() => JSON.parse(one)).not.toThrow();
    expect(seen.some((one) => one.includes('"__proto__":'))).toBe(true);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
