import { describe, expect, it } from "vitest";
import { istft, mfcc, resample, spectrogram, spectrogramStream, stft } from "../src/index.js";
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

describe("large results, whose memory is not cleared", () => {
  const samples = noise(80_123, 4);
  const framing = { nFft: 512, hopLength: 160 };

  /** Comparing half a million numbers one by one takes the test runner seconds. */
  const expectSame = (a: Float32Array, b: Float32Array) => expect(Buffer.compare(bytes(a), bytes(b))).toBe(0);
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

  it("are written to the last number", () => {
    const { re, im } = stft(samples, framing);
    const given = stft(samples, framing);
    given.re.data.fill(Number.NaN);
    given.im.data.fill(Number.NaN);
    stft(samples, framing, given);
    expectSame(given.re.data, re.data);
    expectSame(given.im.data, im.data);
    const options = { ...framing, center: false };
    expectSame(spectrogram(samples, options).data, spectrogramStream(options).process(samples).data);
    for (const wide of [istft({ re, im }, framing), resample(samples, { from: 16000, to: 44100 })]) {
      expect(wide.every(Number.isFinite)).toBe(true);
    }
    expectSame(istft({ re, im }, { ...framing, length: 90_000 }).subarray(81_000), new Float32Array(9_000));
    const mels = { sampleRate: 16000, ...framing, nMels: 64 };
    expectSame(mfcc(samples, mels).data, mfcc(samples, mels).data);
  });

  it("have a buffer of their own, which can be sent to a worker", () => {
    const { re, im } = stft(samples, framing);
    expect([re.data.byteOffset, re.data.buffer.byteLength]).toEqual([0, re.data.byteLength]);
    const copy = structuredClone({ re, im }, { transfer: [re.data.buffer, im.data.buffer] });
    expect([copy.re.data.length, re.data.length]).toEqual([re.rows * re.cols, 0]);
  });
});
