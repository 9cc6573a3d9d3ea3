import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findLeakage,
  groupKFold,
  groupSplit,
  kFold,
  leaveOneGroupOut,
  predefinedSplit,
  stratifiedSplit,
} from "../src/index.js";

interface Thing {
  id: string;
  label: string;
  group: string;
  split?: string;
}
/** `speakers` × `digits` × `takes` items, in an order that depends on nothing. */
const things = (speakers: number, digits: number, takes: number): Thing[] =>
  Array.from({ length: speakers * digits * takes }, (_, i) => ({
    id: `i${i}`,
    label: `d${i % digits}`,
    group: `s${Math.floor(i / digits) % speakers}`,
  }));
const count = <T>(items: T[], key: (item: T) => string): Record<string, number> => {
  const out: Record<string, number> = {};
  for (const item of items) out[key(item)] = (out[key(item)] ?? 0) + 1;
  return out;
};
const ids = (items: Thing[]): string[] => items.map((i) => i.id);

describe("stratifiedSplit", () => {
  it("gives each class the same share, to within one item", () => {
    const { train, test } = stratifiedSplit(things(4, 10, 5), { testShare: 0.25, seed: 1 });
    expect(test).toHaveLength(50);
    for (const n of Object.values(count(test, (i) => i.label))) expect(n).toBe(5);
    expect(train).toHaveLength(150);
  });

  it("puts every item on exactly one side, whatever the classes' sizes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (sizes, testShare) => {
          const items = sizes.flatMap((n, c) =>
            Array.from({ length: n }, (_, i) => ({ id: `${c}-${i}`, label: `c${c}` })),
          );
          const { train, test } = stratifiedSplit(items, { testShare, seed: 3 });
          expect([...train, ...test].map((i) => i.id).sort()).toEqual(items.map((i) => i.id).sort());
          const tested = count(test, (i) => i.label);
          sizes.forEach((n, c) => {
            expect(Math.abs((tested[`c${c}`] ?? 0) - (n * test.length) / items.length)).toBeLessThanOrEqual(1);
            expect(tested[`c${c}`] ?? 0).toBeLessThan(n);
          });
        },
      ),
      { seed: 11 },
    );
  });

  it("is the same for the same seed, in whatever order the items come, and another for another seed", () => {
    const items = things(4, 10, 5);
    const first = stratifiedSplit(items, { seed: 42 });
    expect(ids(stratifiedSplit([...items].reverse(), { seed: 42 }).test)).toEqual(ids(first.test));
    expect(ids(stratifiedSplit(items, { seed: 43 }).test)).not.toEqual(ids(first.test));
  });

  it("draws the same items on every machine", () => {
    expect(ids(stratifiedSplit(things(1, 2, 5), { testSize: 4, seed: 1337 }).test)).toEqual(["i1", "i2", "i7", "i8"]);
  });

  it("spreads whatever it is told to", () => {
    const { test } = stratifiedSplit(things(4, 10, 5), { testSize: 40, seed: 1, by: (i) => `${i.label} ${i.group}` });
    expect(Object.values(count(test, (i) => `${i.label} ${i.group}`))).toEqual(new Array(40).fill(1));
  });

  it("names the class with one item, the missing label, and the share that cannot be", () => {
    const items = [...things(1, 2, 3), { id: "x", label: "alone", group: "s" }];
    expect(() => stratifiedSplit(items, { seed: 1 })).toThrow(
      new RangeError(
        'stratifiedSplit: class "alone" has one item (x), at least two are needed to train and to test; add some or leave it out.',
      ),
    );
    expect(() => stratifiedSplit([{ id: "a" }, { id: "b" }], { seed: 1 })).toThrow(
      new RangeError('stratifiedSplit: item "a" has no "label".'),
    );
    expect(() => stratifiedSplit(items, { seed: 1, testShare: 1 })).toThrow(
      new RangeError("stratifiedSplit: testShare must be in (0, 1), got 1."),
    );
    expect(() => stratifiedSplit(items, { seed: 1, testSize: 7 })).toThrow(
      new RangeError("stratifiedSplit: testSize must leave something in both parts of 7 items, got 7."),
    );
  });
});

describe("groupSplit", () => {
  it("has no group on both sides", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 9 }),
        fc.nat(),
        fc.boolean(),
        (sizes, seed, stratify) => {
          const items = sizes.flatMap((n, g) =>
            Array.from({ length: n }, (_, i) => ({ id: `${g}-${i}`, label: `c${i % 2}`, group: `g${g}` })),
          );
          fc.pre(items.length > 2);
          const { train, test } = groupSplit(items, { seed, testShare: 0.3, stratify: stratify ? "label" : undefined });
          const left = new Set(train.map((i) => i.group));
          expect(test.some((i) => left.has(i.group))).toBe(false);
          expect(train.length + test.length).toBe(items.length);
          expect(train.length * test.length).toBeGreaterThan(0);
        },
      ),
      { seed: 5 },
    );
  });

  it("comes near the wanted size", () => {
    const { test } = groupSplit(things(20, 5, 2), { testShare: 0.25, seed: 9 });
    expect(test).toHaveLength(50);
  });

  it("keeps the classes alike when told to", () => {
    // Speakers say one class each: without care a side could miss a class.
    const items = Array.from({ length: 400 }, (_, i) => ({
      id: `i${i}`,
      label: `c${Math.floor(i / 10) % 4}`,
      group: `s${Math.floor(i / 10)}`,
    }));
    const { test } = groupSplit(items, { testShare: 0.2, seed: 2, stratify: "label" });
    expect(count(test, (i) => i.label)).toEqual({ c0: 20, c1: 20, c2: 20, c3: 20 });
  });

  it("takes an attribute as the key, and names the item without", () => {
    const items = [1, 2, 3, 4].map((i) => ({ id: `i${i}`, attributes: { speaker: i % 2 } }));
    const { test } = groupSplit(items, { seed: 1, testShare: 0.5, key: "speaker" });
    expect(new Set(test.map((i) => i.attributes.speaker)).size).toBe(1);
    expect(() => groupSplit(items, { seed: 1, key: "room" })).toThrow(
      new RangeError('groupSplit: item "i1" has no "room"; it has speaker.'),
    );
    expect(() => groupSplit(things(1, 2, 2), { seed: 1 })).toThrow(
      new RangeError("groupSplit: at least two groups are needed, got 1 (s0)."),
    );
  });
});

describe("kFold", () => {
  it("tests each item once, in folds of one size", () => {
    const items = things(3, 4, 3);
    const folds = kFold(items, { folds: 5, seed: 1, stratify: "label" });
    expect(folds.flatMap((f) => ids(f.test)).sort()).toEqual(ids(items).sort());
    for (const { train, test } of folds) {
      expect(train.length + test.length).toBe(items.length);
      expect([7, 8]).toContain(test.length);
      for (const n of Object.values(count(test, (i) => i.label))) expect([1, 2]).toContain(n);
    }
  });

  it("names too many folds", () => {
    expect(() => kFold(things(1, 2, 2), { folds: 5, seed: 1 })).toThrow(
      new RangeError("kFold: 5 folds need at least 5 items, got 4."),
    );
    expect(() => kFold(things(1, 2, 2), { folds: 1, seed: 1 })).toThrow(
      new RangeError("kFold: folds must be a whole number of at least 2, got 1."),
    );
  });
});

describe("groupKFold", () => {
  it("tests each group in one fold, folds of about one size", () => {
    const items = things(12, 5, 2);
    const folds = groupKFold(items, { folds: 4, seed: 3 });
    expect(folds.flatMap((f) => ids(f.test)).sort()).toEqual(ids(items).sort());
    for (const { train, test } of folds) {
      expect(test).toHaveLength(30);
      const left = new Set(train.map((i) => i.group));
      expect(test.some((i) => left.has(i.group))).toBe(false);
    }
  });

  it("spreads the classes when told to", () => {
    const items = Array.from({ length: 240 }, (_, i) => ({
      id: `i${i}`,
      label: `c${Math.floor(i / 10) % 3}`,
      group: `s${Math.floor(i / 10)}`,
    }));
    for (const { test } of groupKFold(items, { folds: 4, seed: 1, stratify: "label" })) {
      expect(count(test, (i) => i.label)).toEqual({ c0: 20, c1: 20, c2: 20 });
    }
  });

  it("names too few groups", () => {
    expect(() => groupKFold(things(3, 2, 2), { folds: 4, seed: 1 })).toThrow(
      new RangeError("groupKFold: 4 folds need at least 4 groups, got 3."),
    );
  });
});

describe("leaveOneGroupOut", () => {
  it("has a fold for each group, named after it", () => {
    const folds = leaveOneGroupOut(things(3, 2, 2));
    expect(folds.map((f) => f.name)).toEqual(["s0", "s1", "s2"]);
    for (const { name, train, test } of folds) {
      expect(test.every((i) => i.group === name)).toBe(true);
      expect(train.every((i) => i.group !== name)).toBe(true);
    }
  });
});

describe("predefinedSplit", () => {
  const items = ["train", "test", "valid", "train"].map((split, i) => ({ id: `i${i}`, split }));
  it("follows the corpus' own parts", () => {
    expect(predefinedSplit(items).train.map((i) => i.id)).toEqual(["i0", "i2", "i3"]);
    expect(predefinedSplit(items, { test: ["test", "valid"], train: "train" }).test.map((i) => i.id)).toEqual([
      "i1",
      "i2",
    ]);
  });
  it("names the parts there are when the wanted one is not", () => {
    expect(() => predefinedSplit(items, { test: "fold1" })).toThrow(
      new RangeError("predefinedSplit: no item is on the test side; the corpus has the parts test, train, valid."),
    );
  });
});

describe("all of them", () => {
  it.each(Object.entries({ stratifiedSplit, groupSplit, kFold, groupKFold }))("%s asks for a seed", (name, split) => {
    const untyped = split as (items: readonly Thing[], options: object) => unknown;
    expect(() => untyped(things(4, 2, 2), {})).toThrow(
      new RangeError(`${name}: seed must be a finite number, such as 1337, got undefined.`),
    );
  });

  it("say that nothing cannot be split", () => {
    expect(() => stratifiedSplit([], { seed: 1 })).toThrow(
      new RangeError("stratifiedSplit: items must hold at least two, one to train and one to test, got 0."),
    );
  });
});

describe("findLeakage", () => {
  it("does not take a key that no item has for an honest split", () => {
    const [train, test] = [things(2, 2, 1), things(2, 2, 1)];
    expect(() => findLeakage({ train, test }, { by: ["speker"] })).toThrow(
      new RangeError('findLeakage: item "i0" has no "speker"; it has label, group.'),
    );
    expect(findLeakage({ train: [], test: [] }, { by: ["speker"] })).toEqual([]);
    const some = [{ ...train[0], id: "x", attributes: { room: "a" } }];
    expect(findLeakage({ train: [...train, ...some], test: some }, { by: ["room"] })).toHaveLength(1);
  });
});
