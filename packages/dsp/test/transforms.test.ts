import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { golden, type Rows, worst } from "./support.js";

interface Transforms {
  dctInput: Rows;
  dct: { type: dsp.DctType; norm: dsp.DctNorm; values: Rows }[];
  mel: { options: dsp.MelOptions; rows: number; cols: number; cells: [number, number, number][] }[];
  linear: { options: dsp.LinearBankOptions; values: Rows };
}
const file = golden<Transforms>("transforms");

describe("dct", () => {
  const input = { data: Float32Array.from(file.dctInput.flat()), rows: 3, cols: 12 };

  it.each(file.dct.map((c) => [c.type, c.norm, c] as const))("type %i, norm %s has SciPy's values", (type, norm, c) => {
    expect(worst(dsp.dct(input, { type, norm }).data, c.values)).toBeLessThan(1e-6);
  });

  it("of type 3 undoes type 2 when orthogonal", () => {
    expect(worst(dsp.dct(dsp.dct(input), { type: 3 }).data, file.dctInput)).toBeLessThan(1e-6);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => dsp.dct(input, { count: 13 })).toThrow(
      new RangeError("dct: count must be an integer in [1, 12] (cols), got 13."),
    );
    expect(() => dsp.dct(input, { type: 4 as 2 })).toThrow(new RangeError("dct: DCT type must be 1, 2 or 3, got 4."));
  });
});

describe("filter banks", () => {
  it.each(file.mel.map((c) => [JSON.stringify(c.options), c] as const))(
    "mel with %s has librosa's weights",
    (_, { options, rows, cols, cells }) => {
      const bank = dsp.melFilterBank({ ...options, allowEmptyFilters: true });
      expect([bank.rows, bank.cols]).toEqual([rows, cols]);
      const expected = new Array<number>(rows * cols).fill(0);
      for (const [r, c, v] of cells) expected[r * cols + c] = v;
      expect(worst(bank.data, expected)).toBeLessThan(1e-7);
    },
  );

  it("linear has torchaudio's weights", () => {
    expect(worst(dsp.linearFilterBank(file.linear.options).data, file.linear.values)).toBeLessThan(1e-5);
  });

  it("mel and Hz turn into each other on both scales", () => {
    for (const melScale of ["slaney", "htk"] as const) {
      for (const hz of [0, 440, 999, 1000, 1001, 8000]) {
        expect(dsp.melToHz(dsp.hzToMel(hz, { melScale }), { melScale })).toBeCloseTo(hz, 9);
      }
    }
    expect(dsp.hzToMel(1000)).toBe(15);
    expect(dsp.melFrequencies(3, { fMin: 0, fMax: 1000 })[1]).toBeCloseTo(500, 9);
  });
});
