import { describe, expect, it } from "vitest";
import { describeColumns, strangeRow } from "../src/novelty/rowFacts.js";
import { measureSound } from "../src/novelty/soundFacts.js";
import { distance, learnSpread, vectorsOf } from "../src/novelty/spread.js";

const sine = (hz: number, sec: number, level: number, sampleRate = 16000) => ({
  sampleRate,
  samples: Float32Array.from(
    { length: sec * sampleRate },
    (_, i) => level * Math.sin((2 * Math.PI * hz * i) / sampleRate),
  ),
});

describe("measureSound", () => {
  it("gives length, level and band width", () => {
    const { durationSec, levelDb, bandHz } = measureSound(sine(1000, 1.5, 0.1), 16000);
    expect(durationSec).toBe(1.5);
    expect(levelDb).toBeCloseTo(-23.01, 1);
    // Hann's side lobes end within a few bins of 16 Hz.
    expect(bandHz).toBeGreaterThan(1000);
    expect(bandHz).toBeLessThan(1150);
  });

  it("hears level where it is loud, and bands no wider than the model does", () => {
    const { sampleRate, samples } = sine(9000, 1, 0.1, 48000);
    const padded = {
      sampleRate,
      samples: Float32Array.from({ length: 4 * samples.length }, (_, i) => samples[i] ?? 0),
    };
    expect(measureSound(padded, 16000).levelDb).toBeCloseTo(-23.01, 1);
    expect(measureSound(padded, 16000).bandHz).toBe(8000);
    expect(measureSound({ sampleRate, samples: new Float32Array(10) }, 16000)).toMatchObject({
      levelDb: -120,
      bandHz: 0,
    });
  });
});

/** Rows of normal numbers around a mean. */
function normals(rows: number, cols: number, mean: number, seed: number) {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => mean + Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { data: Float32Array.from({ length: rows * cols }, normal), rows, cols };
}

describe("spread of features", () => {
  const spread = learnSpread(normals(500, 20, 5, 1));
  const share = (x: ReturnType<typeof normals>): number => {
    let inside = 0;
    for (let i = 0; i < x.rows; i++) {
      if (distance(spread, x.data.subarray(i * x.cols, (i + 1) * x.cols)) <= spread.limit) inside++;
    }
    return inside / x.rows;
  };

  it("takes in nearly all items like those in training, and shifted ones, but none from elsewhere", () => {
    expect(share(normals(1000, 20, 5, 2))).toBeGreaterThan(0.999);
    expect(share(normals(1000, 20, 5.5, 3))).toBeGreaterThan(0.99);
    expect(share(normals(1000, 20, 9, 4))).toBe(0);
  });

  it("leaves out features that never changed", () => {
    const x = normals(50, 2, 0, 5);
    for (let i = 0; i < 50; i++) x.data[2 * i] = 3;
    const own = learnSpread(x);
    expect(distance(own, [1000, own.mean[1]])).toBeCloseTo(0, 12);
  });

  it("knows frames by mean and deviation of each column", () => {
    const { data, cols } = vectorsOf({ data: Float32Array.of(1, 10, 3, 10, 5, 20, 5, 20), shape: [2, 2, 2] });
    expect(cols).toBe(4);
    expect([...data]).toEqual([2, 10, 1, 0, 5, 20, 0, 0]);
  });
});

describe("rows of a table", () => {
  const facts = describeColumns({
    rows: 3,
    columns: [
      { name: "age", type: "number", values: Float64Array.of(20, Number.NaN, 60) },
      { name: "job", type: "text", values: ["clerk", null, "worker"] },
    ],
  });
  const row = (age: number, job: string | null) =>
    strangeRow(facts, {
      rows: 1,
      columns: [
        { name: "age", type: "number", values: Float64Array.of(age) },
        { name: "job", type: "text", values: [job] },
      ],
    });

  it("are alike within a range beyond training's, and with values missing", () => {
    expect(row(19, "clerk")).toBeUndefined();
    expect(row(99, null)).toBeUndefined();
    expect(row(Number.NaN, "worker")).toBeUndefined();
  });

  it("are unlike with a number far outside, a word never met, or missing what never was", () => {
    const whole = describeColumns({ rows: 1, columns: [{ name: "x", type: "number", values: Float64Array.of(1) }] });
    const gap = { name: "x", type: "number" as const, values: Float64Array.of(Number.NaN) };
    expect(strangeRow(whole, { rows: 1, columns: [gap] })).toBe("x is missing, which it never was in training");
    expect(row(101, "clerk")).toBe("age is 101, in training it went from 20 to 60");
    expect(row(30, "pirate")).toBe('job is "pirate", which no row of training had (clerk, worker)');
  });
});
