import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aWeighting,
  aWeightingFilter,
  type BiquadOptions,
  biquad,
  butterworth,
  loudness,
  loudnessMeter,
  type Sos,
  sosFilter,
  sosFilterStream,
  sosFiltFilt,
  tone,
} from "../src/index.js";
import biquads from "./golden/biquads.json" with { type: "json" };
import golden from "./golden/filters.json" with { type: "json" };
import loudnesses from "./golden/loudness.json" with { type: "json" };
import { chunksOf, concat, every, testSignal, worstDifference } from "./testSignal.js";

const voice = testSignal(900);
const band = butterworth({ order: 5, cutoff: [300, 2000], kind: "bandpass", sampleRate: 8000 });
const chunkLengths = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 8 });

describe("butterworth", () => {
  it.each(golden.butterworth)(
    "has SciPy's sections: $kind, order $order, $cutoff Hz",
    ({ kind, order, cutoff, sos }) => {
      const got = butterworth({
        kind: kind as "lowpass",
        order,
        cutoff: cutoff as number | [number, number],
        sampleRate: 8000,
      });
      const largest = Math.max(...sos.flat().map(Math.abs));
      expect(got).toHaveLength(sos.length);
      expect(worstDifference(got.flat(), sos.flat()) / largest).toBeLessThan(1e-9);
    },
  );

  it("names what is wrong", () => {
    const low = { order: 2, cutoff: 100, sampleRate: 8000 };
    expect(() => butterworth({ ...low, order: 0 })).toThrow(
      new RangeError("butterworth: order must be an integer in [1, 30], got 0."),
    );
    expect(() => butterworth({ ...low, cutoff: 4000 })).toThrow(
      new RangeError("butterworth: cutoff must be inside (0, 4000) (half the sample rate), got 4000."),
    );
    expect(() => butterworth({ ...low, kind: "bandpass" })).toThrow(
      new RangeError("butterworth: bandpass needs 2 cutoff edges, got 1."),
    );
    expect(() => butterworth({ ...low, kind: "bandstop", cutoff: [200, 100] })).toThrow(
      new RangeError("butterworth: cutoff edges must rise, got 200 and 100."),
    );
  });
});

describe("biquad", () => {
  it.each(biquads.rows)("filters as torchaudio does: $kind", ({ y, kind, ...options }) => {
    const sos = biquad({ ...options, kind: kind as BiquadOptions["kind"], sampleRate: 8000 });
    expect(worstDifference(every(sosFilter(testSignal(400), sos), 2), y)).toBeLessThan(1e-7);
  });

  it("names what is wrong", () => {
    expect(() => biquad({ kind: "lowpass", frequency: 5000, sampleRate: 8000 })).toThrow(
      new RangeError("biquad: frequency must be inside (0, 4000) (half the sample rate), got 5000."),
    );
    expect(() => biquad({ kind: "bell" as "peaking", frequency: 500, sampleRate: 8000 })).toThrow(
      new RangeError('biquad: kind must be a known filter such as "lowpass" or "peaking", got "bell".'),
    );
  });
});

describe("sosFilter and sosFiltFilt", () => {
  it("equal SciPy's", () => {
    expect(worstDifference(sosFilter(voice, band), golden.sosfilt)).toBeLessThan(1e-7);
    for (const { padType, padLength, y } of golden.sosfiltfilt) {
      const got = sosFiltFilt(voice, band, { padType: padType as "odd", padLength: padLength ?? undefined });
      expect(worstDifference(every(got, 2), y)).toBeLessThan(1e-7);
    }
    const low = butterworth({ order: 3, cutoff: 500, sampleRate: 8000 });
    expect(worstDifference(every(sosFiltFilt(voice, low), 2), golden.sosfiltfiltLow)).toBeLessThan(1e-7);
  });

  it("equal their stream under any chunking, and again after a reset", () => {
    const stream = sosFilterStream(band);
    const want = sosFilter(voice, band);
    fc.assert(
      fc.property(chunkLengths, (lengths) => {
        stream.reset();
        const parts = chunksOf(voice, lengths).map((chunk) => stream.process(chunk));
        expect(concat([...parts, stream.flush()])).toEqual(want);
      }),
      { seed: 3, numRuns: 25 },
    );
  });

  it("write into the array they are given", () => {
    const out = new Float32Array(voice.length);
    expect(sosFilterStream(band).process(voice, out)).toBe(out);
    expect(out).toEqual(sosFilter(voice, band));
  });

  it("filter nothing, and name what is wrong", () => {
    expect(sosFilter(new Float32Array(0), band)).toHaveLength(0);
    expect(sosFiltFilt(new Float32Array(0), band, { padType: "none" })).toHaveLength(0);
    expect(() => sosFilter(voice, [])).toThrow(new RangeError("sosFilter: sos must have at least one section, got 0."));
    expect(() => sosFilter(voice, [[1, 0, 0, 1, 0]] as unknown as Sos)).toThrow(
      new RangeError("sosFilter: sos section 0 must be six finite numbers with a0 other than 0, got [1,0,0,1,0]."),
    );
    expect(() => sosFiltFilt(voice.subarray(0, 20), band)).toThrow(
      new RangeError("sosFiltFilt: padLength must be a whole number below the signal's length 20, got 33."),
    );
  });
});

describe("aWeighting", () => {
  it("equals librosa's curve", () => {
    expect(worstDifference(aWeighting(golden.aWeighting.f), golden.aWeighting.db)).toBeLessThan(1e-5);
    const above0 = golden.aWeighting.f.slice(1);
    expect(worstDifference(aWeighting(above0, { minDb: null }), golden.aWeighting.free)).toBeLessThan(1e-5);
  });

  it("as a filter follows the curve where the sample rate allows", () => {
    const sos = aWeightingFilter({ sampleRate: 48000 });
    for (const frequency of [50, 100, 500, 1000, 4000, 8000]) {
      const filtered = sosFilter(tone({ frequency, sampleRate: 48000, length: 48000 }), sos).subarray(24000);
      const level = 10 * Math.log10((2 * filtered.reduce((sum, v) => sum + v * v, 0)) / filtered.length);
      expect(Math.abs(level - aWeighting([frequency])[0])).toBeLessThan(0.6);
    }
  });
});

describe("loudness", () => {
  const levelled = (sampleRate: number) => {
    const samples = testSignal(4 * sampleRate, sampleRate);
    for (let i = sampleRate; i < 2 * sampleRate; i++) samples[i] *= 0.01;
    return samples;
  };

  it.each(loudnesses.rows)("equals pyloudnorm at $sampleRate Hz, mono and stereo", ({ sampleRate, mono, stereo }) => {
    const samples = levelled(sampleRate);
    const turned = samples.map((_, i) => 0.5 * samples[samples.length - 1 - i]);
    expect(loudness(samples, { sampleRate }).integrated).toBeCloseTo(mono, 6);
    expect(loudness([samples, turned], { sampleRate }).integrated).toBeCloseTo(stereo, 6);
  });

  it("of a full-scale tone of 997 Hz is -3.01 LUFS throughout", () => {
    const { integrated, momentary, shortTerm, range } = loudness(
      tone({ frequency: 997, sampleRate: 48000, durationSec: 5 }),
      { sampleRate: 48000 },
    );
    expect(integrated).toBeCloseTo(-3.01, 2);
    expect(momentary).toHaveLength(47);
    expect(shortTerm).toHaveLength(21);
    expect(momentary[20]).toBeCloseTo(-3.01, 2);
    expect(shortTerm[20]).toBeCloseTo(-3.01, 2);
    expect(range).toBeCloseTo(0, 2);
  });

  it("range is the distance of two levels that last equally long", () => {
    const quiet = tone({ frequency: 997, sampleRate: 8000, durationSec: 20, amplitude: 0.1 });
    const loud = tone({ frequency: 997, sampleRate: 8000, durationSec: 20, amplitude: 10 ** -0.5 });
    const both = new Float32Array(320000);
    both.set(quiet);
    both.set(loud, 160000);
    expect(loudness(both, { sampleRate: 8000 }).range).toBeCloseTo(10, 1);
  });

  it("of silence, and of less than 0.4 s, is minus infinity", () => {
    expect(loudness(new Float32Array(9000), { sampleRate: 8000 }).integrated).toBe(Number.NEGATIVE_INFINITY);
    expect(loudness(voice, { sampleRate: 8000 })).toMatchObject({ integrated: Number.NEGATIVE_INFINITY, range: 0 });
    expect(loudness(new Float32Array(0), { sampleRate: 8000 }).momentary).toHaveLength(0);
  });

  it("equals its meter under any chunking, at a rate whose tenths are no whole numbers of samples", () => {
    const samples = testSignal(45000, 11025);
    const want = loudness(samples, { sampleRate: 11025 });
    const meter = loudnessMeter({ sampleRate: 11025 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }), (lengths) => {
        meter.reset();
        const parts = [...chunksOf(samples, lengths).map((chunk) => meter.process(chunk)), meter.flush()];
        expect(concat(parts.map((p) => p.momentary))).toEqual(want.momentary);
        expect(concat(parts.map((p) => p.shortTerm))).toEqual(want.shortTerm);
        expect(meter.integrated()).toBe(want.integrated);
        expect(meter.range()).toBe(want.range);
      }),
      { seed: 5, numRuns: 10 },
    );
  });

  it("names what is wrong", () => {
    expect(() => loudness(voice, { sampleRate: 2000 })).toThrow(
      new RangeError("loudness: sampleRate must be at least 4000, got 2000."),
    );
    expect(() => loudness([voice, voice.subarray(1)], { sampleRate: 8000 })).toThrow(
      new RangeError("loudness: channels must be equally long, got 900 and 899."),
    );
    expect(() => loudness([], { sampleRate: 8000 })).toThrow(
      new RangeError("loudness: channels must be 1 to 5, got 0."),
    );
  });
});
