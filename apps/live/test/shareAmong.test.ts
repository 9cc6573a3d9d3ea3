import { map, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import { shareAmong } from "../src/operators/shareAmong.js";
import { marbles } from "./marbles.js";

const mark = (sign: string): OperatorFunction<string, string> => map((value) => value + sign);
const values = { a: "a", b: "b", p: "a+", q: "b+", x: "a-", y: "b-" };

describe("shareAmong", () => {
  it("runs all operators on one subscription and merges what they give", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("a----b----|", values);
      expectObservable(source.pipe(shareAmong([mark("+"), mark("-")]))).toBe("(px)-(qy)-|", values);
      expectSubscriptions(source.subscriptions).toBe("^---------!");
    });
  });

  it("passes errors on, and lets go early", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold("a----#", values).pipe(shareAmong([mark("+"), mark("-")]))).toBe("(px)-#", values);
      const source = cold("a----b----|", values);
      expectObservable(source.pipe(shareAmong([mark("+"), mark("-")])), "---!").toBe("(px)", values);
      expectSubscriptions(source.subscriptions).toBe("^--!");
    });
  });

  it("runs one alone as it is", () => {
    const alone = mark("+");
    expect(shareAmong([alone])).toBe(alone);
  });
});
