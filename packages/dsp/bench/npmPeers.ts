import { createRequire } from "node:module";

/** Work done once by a package from npm; how many times it did it, so that the time can be divided. */
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
    return calls;
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
    return calls;
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

function tone(n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => Math.sin(i * 0.3));
}
