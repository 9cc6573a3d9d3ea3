import { fuzz } from "@earshot/testing/fuzz";
import { describe, expect, it, vi } from "vitest";
import { fuzzTargets } from "../fuzz/targets.js";

describe("random damage", () => {
  it.each(fuzzTargets())("$name: an error that says what is wrong, in time and in bounds", async (target) => {
    // Decoders from npm print what they dislike.
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { failures } = await fuzz(target, (target.limitMs ?? 0) > 50 ? 60 : 2000, 3);
    quiet.mockRestore();
    expect(failures.map(({ what, bytes }) => [what, Buffer.from(bytes).toString("base64")])).toEqual([]);
  });
});
