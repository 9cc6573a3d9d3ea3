import { conv2d, grads, ones, sum, type Tensor, type Tensor4D, tidy } from "@tensorflow/tfjs-core";

/** How fast an engine is, as it measures itself. */
export interface Speed {
  /** Milliseconds of the reference step: a 3×3 convolution of 8 images of 32×32×8 to 16 channels, both ways; the fastest of some. */
  stepMs: number;
  /** The step's 57 million multiplications and additions, in billions a second. */
  gflops: number;
}

const STEP_FLOP = 3 * 2 * 8 * 32 * 32 * 8 * 16 * 9;
/** Long enough for the host to compile what runs often; slow steps get more time, since a first one alone tells little. */
const ENOUGH_MS = 300;
const FEW_STEPS = 5;
const MOST_MS = 1500;

/**
 * Times the reference step on the backend in use: 0.3 s to 1.5 s, and one step at least.
 *
 * @param images how many of the eight to compute, where all would take too long; the time is that of eight
 */
export function measureSpeed(images = 8): Speed {
  const loss = (x: Tensor, f: Tensor): Tensor => sum(conv2d(x as Tensor4D, f as Tensor4D, 1, "same"));
  const step = (): void =>
    tidy(() => {
      for (const gradient of grads(loss as never)([ones([images, 32, 32, 8]), ones([3, 3, 8, 16])]))
        gradient.dataSync();
    });
  let stepMs = Infinity;
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  for (let steps = 0; elapsed() < ENOUGH_MS || (steps < FEW_STEPS && elapsed() < MOST_MS); steps++) {
    const start = performance.now();
    step();
    stepMs = Math.min(stepMs, performance.now() - start);
  }
  stepMs *= 8 / images;
  return { stepMs, gflops: STEP_FLOP / (stepMs * 1e6) };
}
