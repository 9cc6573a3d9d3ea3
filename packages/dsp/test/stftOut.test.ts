import { describe, expect, it } from "vitest";
import { stft } from "../src/index.js";
import { noise } from "./support.js";

describe("stft into given matrices", () => {
  it("fills and returns them, with the same numbers", () => {
    const out = stft(noise(500, 2), { nFft: 64 });
    expect(stft(noise(500, 3), { nFft: 64 }, out)).toBe(out);
    expect(out).toEqual(stft(noise(500, 3), { nFft: 64 }));
  });

  it("refuses another shape", () => {
    const out = stft(noise(500), { nFft: 64 });
    expect(() => stft(noise(900), { nFft: 64 }, out)).toThrow(
      new RangeError("stft: out must have 57 × 33 numbers, got 32 × 33."),
    );
  });
});
