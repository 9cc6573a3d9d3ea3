import { fuzz } from "@earshot/testing/fuzz";
import { describe, expect, it } from "vitest";
import { fuzzTargets } from "../fuzz/targets.js";

describe("random damage", () => {
  it.each(fuzzTargets())("$name: an error that says what is wrong, in time and in bounds", async (target) => {
    const { failures } = await fuzz(target, 300, 3);
    expect(failures.map(({ what, bytes }) => [what, Buffer.from(bytes).toString("base64")])).toEqual([]);
  });
});
