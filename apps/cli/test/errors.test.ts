import { describe, expect, it } from "vitest";
import { InterruptedError, sentenceOf, UsageError, UserError } from "../src/index.js";

describe("errors", () => {
  it("each kind has its exit code, and an interruption or a wrong use is the user's to mend", () => {
    expect([new UserError("x").exitCode, new UsageError("x").exitCode, new InterruptedError("x").exitCode]).toEqual([
      1, 2, 130,
    ]);
    expect(new UsageError("x")).toBeInstanceOf(UserError);
    expect(new InterruptedError("x")).toBeInstanceOf(UserError);
  });

  it("become one sentence, those of the system with the way out", () => {
    expect(sentenceOf(new Error("mfcc: nMfcc is wrong"))).toBe("mfcc: nMfcc is wrong.");
    expect(sentenceOf(new RangeError("is it?"))).toBe("is it?");
    expect(sentenceOf("plain")).toBe("plain");
    expect(sentenceOf(Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", path: "runs/a" }))).toBe(
      "The disk is full: runs/a could not be written; free some space or choose another folder with --out.",
    );
    expect(sentenceOf(Object.assign(new Error("gone"), { code: "ENOENT" }))).toBe(
      "the file does not exist; check the path.",
    );
  });
});
