import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { golden, peak, type Rows, signalsOf, worst } from "./support.js";

// The README's agreement table states the worst error over the golden values; here each row is measured again.

interface Features {
  signals: Record<string, number[]>;
  cases: { fn: string; signal: string; options: object; values: number[] | Rows }[];
  delta: { input: Rows; cases: { options: dsp.DeltaOptions; values: Rows }[] };
  trim: { signal: string; options: dsp.TrimOptions; start: number; end: number }[];
}
interface Spectra {
  signals: Record<string, number[]>;
  stft: { signal: string; options: dsp.StftOptions; re: Rows; im: Rows }[];
  istft: { options: dsp.IstftOptions; re: Rows; im: Rows; values: number[] }[];
}
const features = golden<Features>("features");
const spectra = golden<Spectra>("spectra");
const signals = signalsOf(features.signals);
const matrix = (rows: Rows) => ({ data: Float32Array.from(rows.flat()), rows: rows.length, cols: rows[0].length });

function largest(errors: number[]): number {
  return errors.reduce((a, b) => Math.max(a, b), 0);
}

/** Worst error of a feature, relative to the largest value of each case when asked. */
function feature(name: string, relative = false): number {
  const fn = (dsp as unknown as Record<string, (x: Float32Array, o: object) => dsp.Matrix | Float32Array>)[name];
  return largest(
    features.cases
      .filter((c) => c.fn === name)
      .map(({ signal, options, values }) => {
        const ours = fn(signals[signal], options);
        const error = worst(ours instanceof Float32Array ? ours : ours.data, values);
        return relative ? error / Math.max(peak(values), 1e-30) : error;
      }),
  );
}

const measured: Record<string, () => number> = {
  getWindow: () =>
    largest(
      golden<{ cases: { spec: dsp.WindowSpec; length: number; periodic: boolean; values: number[] }[] }>(
        "windows",
      ).cases.map(({ spec, length, periodic, values }) => worst(dsp.getWindow(spec, length, { periodic }), values)),
    ),
  rfft: () =>
    largest(
      golden<{ rfft: { samples: number[]; re: number[]; im: number[] }[] }>("transforms").rfft.map(
        ({ samples, re, im }) => {
          const ours = dsp.rfft(Float32Array.from(samples));
          return Math.max(worst(ours.re, re), worst(ours.im, im)) / Math.max(peak(re), peak(im));
        },
      ),
    ),
  stft: () =>
    largest(
      spectra.stft.flatMap(({ signal, options, re, im }) => {
        const ours = dsp.stft(signals[signal], options);
        return re.map((row, t) => {
          const at = [t * row.length, (t + 1) * row.length] as const;
          const error = Math.max(worst(ours.re.data.subarray(...at), row), worst(ours.im.data.subarray(...at), im[t]));
          return error / Math.max(peak(row), peak(im[t]), 1e-30);
        });
      }),
    ),
  istft: () =>
    largest(
      spectra.istft.map(
        ({ options, re, im, values }) =>
          worst(dsp.istft({ re: matrix(re), im: matrix(im) }, options), values) / peak(values),
      ),
    ),
  melSpectrogram: () => feature("melSpectrogram", true),
  logMelSpectrogram: () => feature("logMelSpectrogram"),
  mfcc: () => feature("mfcc"),
  lfcc: () => feature("lfcc"),
  delta: () =>
    largest(
      features.delta.cases.map(({ options, values }) =>
        worst(dsp.delta(matrix(features.delta.input), options).data, values),
      ),
    ),
  rms: () => feature("rms", true),
  zeroCrossingRate: () => feature("zeroCrossingRate"),
  spectralCentroid: () => feature("spectralCentroid"),
  spectralBandwidth: () => feature("spectralBandwidth"),
  spectralRolloff: () => feature("spectralRolloff"),
  spectralFlatness: () => feature("spectralFlatness"),
  spectralContrast: () => feature("spectralContrast"),
  trim: () =>
    largest(
      features.trim.map(({ signal, options, start, end }) => {
        const ours = dsp.trim(signals[signal], options);
        return Math.max(Math.abs(ours.start - start), Math.abs(ours.end - end));
      }),
    ),
  "resample, simple ratios": () => resampling((from, to) => Math.max(from, to) % Math.min(from, to) === 0),
  "resample, other ratios": () => resampling((from, to) => Math.max(from, to) % Math.min(from, to) !== 0),
};

/** Error over signal in dB against soxr HQ, worst case. */
function resampling(pick: (from: number, to: number) => boolean): number {
  const { cases } = golden<{ cases: { from: number; to: number; samples: number[]; values: number[] }[] }>("resample");
  return cases
    .filter(({ from, to }) => pick(from, to))
    .map(({ from, to, samples, values }) => {
      const ours = dsp.resample(Float32Array.from(samples), { from, to });
      const energy = (x: number[]) => x.reduce((sum, v) => sum + v * v, 0);
      return 10 * Math.log10(energy(values.map((v, i) => ours[i] - v)) / energy(values));
    })
    .reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const table = readme.slice(readme.indexOf("## Agreement")).split("\n## ")[0];
/** Function and stated worst error of each row: | `mfcc` | librosa 0.11 | 1e-4 | … */
const stated = [...table.matchAll(/^\| `([^`]+)` \|[^|]*\| ([−\d.e-]+)[^|]*\|/gm)].map(
  ([, name, error]) => [name, Number(error.replace("−", "-"))] as const,
);

describe("the README's agreement table", () => {
  it("has a row for every measured function", () => {
    expect(stated.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(measured)));
  });

  it.each(stated.filter(([name]) => name in measured))("states no smaller error than %s has: %f", (name, error) => {
    expect(measured[name]()).toBeLessThanOrEqual(error);
  });
});

if (process.env.EARSHOT_PRINT_AGREEMENT) {
  for (const [name, measure] of Object.entries(measured)) process.stdout.write(`${name} ${measure().toPrecision(3)}\n`);
}
