import { createRequire } from "node:module";

/** Work by a package from npm; returns what share of it was done, so that slow ones can do a part. */
export type NpmWork = () => number;

/** Real transforms of n samples, copies in and out included, by pffft in WebAssembly SIMD. */
export async function pffft(n: number, calls: number): Promise<NpmWork> {
  interface Pffft {
    HEAPF32: Float32Array;
    _pffft_new_setup(n: number, kind: number): number;
    _pffft_aligned_malloc(bytes: number): number;
    _pffft_transform_ordered(setup: number, input: number, output: number, work: number, direction: number): void;
  }
  const { default: create } = (await import("@echogarden/pffft-wasm/simd" as string)) as { default(): Promise<Pffft> };
  const p = await create();
  const setup = p._pffft_new_setup(n, 0);
  const [input, output, work] = [0, 0, 0].map(() => p._pffft_aligned_malloc(4 * n));
  const samples = tone(n);
  const result = new Float32Array(n);
  return () => {
    for (let i = 0; i < calls; i++) {
      p.HEAPF32.set(samples, input >> 2);
      p._pffft_transform_ordered(setup, input, output, work, 0);
      result.set(p.HEAPF32.subarray(output >> 2, (output >> 2) + n));
    }
    return 1;
  };
}

/** Real transforms of n samples by fft.js. */
export async function fftJs(n: number, calls: number): Promise<NpmWork> {
  interface FftJs {
    createComplexArray(): number[];
    realTransform(out: number[], data: ArrayLike<number>): void;
  }
  const Fft = createRequire(import.meta.url)("fft.js") as new (n: number) => FftJs;
  const plan = new Fft(n);
  const out = plan.createComplexArray();
  const samples = tone(n);
  return () => {
    for (let i = 0; i < calls; i++) plan.realTransform(out, samples);
    return 1;
  };
}

interface Meyda {
  bufferSize: number;
  sampleRate: number;
  melBands: number;
  numberOfMFCCCoefficients: number;
  windowingFunction: string;
  extract(feature: string, signal: Float32Array): unknown;
}

/** MFCC of every frame by Meyda, as its documentation shows. */
export async function meydaMfcc(clips: Float32Array[], sampleRate: number): Promise<NpmWork> {
  const { default: module } = (await import("meyda" as string)) as { default: Meyda & { default?: Meyda } };
  const meyda = module.default ?? module;
  Object.assign(meyda, { bufferSize: 512, sampleRate, melBands: 40, numberOfMFCCCoefficients: 13 });
  meyda.windowingFunction = "hanning";
  return () => {
    for (const clip of clips) {
      for (let at = 0; at + 512 <= clip.length; at += 160) meyda.extract("mfcc", clip.subarray(at, at + 512));
    }
    return 1;
  };
}

/** Seconds that essentia.js is given: a minute takes it longer than all the others together. */
const essentiaSec = 2;

interface Essentia {
  arrayToVector(values: Float32Array): { delete(): void };
  Windowing(frame: unknown, normalized: boolean, size: number, type: string): { frame: { delete(): void } };
  Spectrum(frame: unknown, size: number): { spectrum: { delete(): void } };
  MFCC(
    spectrum: unknown,
    dctType: number,
    highFrequencyBound: number,
    inputSize: number,
    liftering: number,
    logType: string,
    lowFrequencyBound: number,
    normalize: string,
    numberBands: number,
    numberCoefficients: number,
    sampleRate: number,
  ): { bands: { delete(): void }; mfcc: { delete(): void } };
}

/** MFCC of every frame of the first seconds by essentia.js, through its core API. */
export async function essentiaMfcc(signal: Float32Array, sampleRate: number): Promise<NpmWork> {
  const module = createRequire(import.meta.url)("essentia.js") as {
    Essentia: new (wasm: unknown) => Essentia;
    EssentiaWASM: unknown;
  };
  const essentia = new module.Essentia(module.EssentiaWASM);
  const part = signal.subarray(0, essentiaSec * sampleRate);
  return () => {
    for (let at = 0; at + 512 <= part.length; at += 160) {
      const samples = essentia.arrayToVector(part.subarray(at, at + 512));
      const { frame } = essentia.Windowing(samples, false, 512, "hann");
      const { spectrum } = essentia.Spectrum(frame, 512);
      const { bands, mfcc } = essentia.MFCC(
        spectrum,
        2,
        sampleRate / 2,
        257,
        0,
        "dbamp",
        0,
        "unit_sum",
        40,
        13,
        sampleRate,
      );
      for (const vector of [samples, frame, spectrum, bands, mfcc]) vector.delete();
    }
    return part.length / signal.length;
  };
}

function tone(n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => Math.sin(i * 0.3));
}
