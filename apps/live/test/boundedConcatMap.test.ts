import { from, lastValueFrom, NEVER, Subject, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { boundedConcatMap } from "../src/operators/boundedConcatMap.js";

const drops = () => {
  const dropped: number[] = [];
  return { dropped, onDrop: (item: number) => dropped.push(item) };
};

describe("boundedConcatMap", () => {
  it("keeps order and drops nothing while there is room", async () => {
    const { dropped, onDrop } = drops();
    const out$ = from([1, 2, 3]).pipe(
      boundedConcatMap(async (n) => n * 10, { capacity: 2, onDrop }),
      toArray(),
    );
    expect(await lastValueFrom(out$)).toEqual([10, 20, 30]);
    expect(dropped).toEqual([]);
  });

  it("drops the oldest waiting items, reports each, and still works on the newest before completing", async () => {
    const { dropped, onDrop } = drops();
    const out$ = from([1, 2, 3, 4, 5]).pipe(
      boundedConcatMap(async (n) => n, { capacity: 1, onDrop }),
      toArray(),
    );
    expect(await lastValueFrom(out$)).toEqual([1, 5]);
    expect(dropped).toEqual([2, 3, 4]);
  });

  it("works at once on what it is given while idle, and keeps a copy of what has to wait", async () => {
    const { onDrop } = drops();
    const view = [0];
    const keep = (item: number[]) => [...item];
    const source = new Subject<number[]>();
    const seen: number[][] = [];
    const out = lastValueFrom(
      source.pipe(
        boundedConcatMap(
          async (item) => {
            seen.push(item);
            return item[0];
          },
          { capacity: 3, onDrop: ([n]) => onDrop(n), keep },
        ),
        toArray(),
      ),
    );
    for (const n of [1, 2, 3]) {
      view[0] = n;
      source.next(view);
    }
    source.complete();
    expect((await out).slice(1)).toEqual([2, 3]);
    expect(seen[0]).toBe(view);
  });

  it("ends with the error of the work", async () => {
    const out$ = from([1]).pipe(
      boundedConcatMap(() => Promise.reject(new Error("model failed")), { capacity: 1, onDrop: () => {} }),
    );
    await expect(lastValueFrom(out$)).rejects.toThrow("model failed");
  });

  it("lets go of its source when unsubscribed", () => {
    const source = new Subject<number>();
    const subscription = source
      .pipe(boundedConcatMap(() => lastValueFrom(NEVER), { capacity: 1, onDrop: () => {} }))
      .subscribe();
    expect(source.observed).toBe(true);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it("asks for a whole capacity", () => {
    expect(() => boundedConcatMap(async (n) => n, { capacity: 0, onDrop: () => {} })).toThrow(
      new RangeError("boundedConcatMap: capacity must be a whole number of at least 1, got 0."),
    );
  });
});
