import { requireOneOf, requirePositive, requireSampleRate } from "../core/check.js";
import { createRng, type Rng } from "../core/random.js";
import { butterworth } from "../filters/butterworth.js";
import { sosFilter } from "../filters/sosFilter.js";

type Point = readonly [x: number, y: number, z: number];

/** Options of {@link roomImpulseResponse}. */
export interface RoomOptions {
  /** Hz. */
  sampleRate: number;
  /** Time in which the sound falls by 60 dB, seconds, > 0. */
  rt60Sec: number;
  /** "image" (default): every echo between the walls of a box; "exponential": decaying noise, quicker and without a room. */
  kind?: "image" | "exponential";
  /** Width, depth and height in metres (default 6 × 5 × 3). */
  roomM?: Point;
  /** Where the sound is made, metres from one corner (default a third of the way along each edge). */
  sourceM?: Point;
  /** Where it is heard (default two thirds of the way along each edge). */
  microphoneM?: Point;
  /** Level of the direct sound over that of the echoes in dB, for kind "exponential" (default 0). */
  directToReverbDb?: number;
  /** Draws the noise of kind "exponential" (default 0). */
  seed?: number | Rng;
}

/**
 * Impulse response of a room that does not exist, for {@link applyImpulseResponse}.
 *
 * The image method mirrors the source in every wall as often as the sound needs to fall by 60 dB; all walls
 * absorb the same, at all frequencies, so much that the decay from −5 to −25 dB takes a third of rt60Sec. Echoes lie between samples where they fall, by windowed sinc.
 *
 * @returns about rt60Sec · sampleRate samples; the direct sound has height 1
 * @throws RangeError if a time or length is not positive, or source or microphone is outside the room
 * Source: Allen & Berkley 1979. Decay measured by backward integration: within 15 % of rt60Sec (0.2–0.8 s).
 */
export function roomImpulseResponse(options: RoomOptions): Float32Array {
  const { sampleRate, rt60Sec, kind = "image" } = options;
  requireSampleRate("roomImpulseResponse", sampleRate);
  requirePositive("roomImpulseResponse", "rt60Sec", rt60Sec);
  requireOneOf("roomImpulseResponse", "kind", kind, ["image", "exponential"]);
  if (rt60Sec > 20) throw new RangeError(`roomImpulseResponse: rt60Sec must be at most 20, got ${rt60Sec}.`);
  return kind === "image" ? imageMethod(options) : decayingNoise(options);
}

function decayingNoise({ sampleRate, rt60Sec, directToReverbDb = 0, seed = 0 }: RoomOptions): Float32Array {
  const rng = typeof seed === "number" ? createRng(seed) : seed;
  const out = new Float32Array(Math.max(1, Math.ceil(rt60Sec * sampleRate)));
  const decay = Math.log(1000) / (rt60Sec * sampleRate);
  let energy = 0;
  for (let t = 1; t < out.length; t++) {
    out[t] = rng.normal() * Math.exp(-decay * t);
    energy += out[t] ** 2;
  }
  const factor = energy > 0 ? 10 ** (-directToReverbDb / 20) / Math.sqrt(energy) : 0;
  for (let t = 1; t < out.length; t++) out[t] *= factor;
  out[0] = 1;
  return out;
}

const speedOfSound = 343;
/** Samples on either side of an echo that its sinc reaches. */
const reach = 16;

function imageMethod(options: RoomOptions): Float32Array {
  const { sampleRate, rt60Sec, roomM = [6, 5, 3] } = options;
  const { sourceM = at(roomM, 1 / 3), microphoneM = at(roomM, 2 / 3) } = options;
  for (const [axis, size] of roomM.entries()) {
    requirePositive("roomImpulseResponse", `roomM[${axis}]`, size);
    requireInside("sourceM", axis, sourceM[axis], size);
    requireInside("microphoneM", axis, microphoneM[axis], size);
  }
  const logReflection = -energyLostPerBounce(roomM, rt60Sec) / 2; // ln of what a wall leaves of the pressure

  const direct = Math.hypot(...sourceM.map((s, i) => s - microphoneM[i]));
  const first = (direct * sampleRate) / speedOfSound;
  const out = new Float64Array(Math.ceil(first + rt60Sec * sampleRate) + reach);
  const far = ((out.length - reach) / sampleRate) * speedOfSound;
  const images = roomM.map((size, i) => imagesAlong(size, sourceM[i], microphoneM[i], far));
  const near = Math.max(direct, 0.1);
  const sincs = createSincs();
  for (const x of images[0]) {
    for (const y of images[1]) {
      const flat = x.offset ** 2 + y.offset ** 2;
      if (flat > far * far) continue;
      for (const z of images[2]) {
        const squared = flat + z.offset ** 2;
        if (squared > far * far) continue;
        const distance = Math.sqrt(squared);
        const bounces = x.bounces + y.bounces + z.bounces;
        addEcho(
          out,
          sincs,
          (distance * sampleRate) / speedOfSound,
          (Math.exp(logReflection * bounces) * near) / Math.max(distance, 0.1),
        );
      }
    }
  }
  const skip = Math.max(0, Math.floor(first) - reach);
  // Echoes all of one sign pile up to a slow pressure that no room has: Allen & Berkley filter it out too.
  const highPass = butterworth({ order: 2, cutoff: Math.min(40, sampleRate / 4), sampleRate, kind: "highpass" });
  return sosFilter(Float32Array.from(out.subarray(skip)), highPass);
}

const at = (room: Point, share: number): Point => [room[0] * share, room[1] * share, room[2] * share];

/**
 * Sound that travels along u meets a wall Σ|u|/L times a metre, so a box decays faster along its short sides, and more slowly as
 * a whole than Eyring's mean path says. Averaged over directions, the backward-integrated energy after s metres is
 * J(s) = mean of e^(−s·κ)/κ for a loss of 1 a bounce; the loss wanted stretches it to the decay wanted.
 */
function energyLostPerBounce(roomM: Point, rt60Sec: number): number {
  const rates: number[] = [];
  const steps = 24;
  for (let i = 0; i < steps; i++) {
    const up = (i + 0.5) / steps;
    const flat = Math.sqrt(1 - up * up);
    for (let j = 0; j < steps; j++) {
      const angle = ((j + 0.5) / steps) * (Math.PI / 2);
      rates.push((flat * Math.cos(angle)) / roomM[0] + (flat * Math.sin(angle)) / roomM[1] + up / roomM[2]);
    }
  }
  const left = (s: number): number => rates.reduce((sum, rate) => sum + Math.exp(-s * rate) / rate, 0);
  const all = left(0);
  const metresTo = (db: number): number => {
    let low = 0;
    let high = 1;
    while (left(high) > all * 10 ** (db / 10)) high *= 2;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (left(middle) > all * 10 ** (db / 10)) low = middle;
      else high = middle;
    }
    return low;
  };
  return (3 * (metresTo(-25) - metresTo(-5))) / (speedOfSound * rt60Sec);
}

function requireInside(name: string, axis: number, value: number, size: number): void {
  if (!(value > 0 && value < size)) {
    throw new RangeError(`roomImpulseResponse: ${name}[${axis}] must be inside the room (0, ${size}), got ${value}.`);
  }
}

/** All mirror images of the source along one axis within `far` metres, with the number of walls each has met. */
function imagesAlong(
  size: number,
  source: number,
  microphone: number,
  far: number,
): { offset: number; bounces: number }[] {
  const images: { offset: number; bounces: number }[] = [];
  const most = Math.ceil(far / (2 * size)) + 1;
  for (let n = -most; n <= most; n++) {
    const plain = 2 * n * size + source - microphone;
    const mirrored = 2 * n * size - source - microphone;
    if (Math.abs(plain) <= far) images.push({ offset: plain, bounces: 2 * Math.abs(n) });
    if (Math.abs(mirrored) <= far) images.push({ offset: mirrored, bounces: Math.abs(n) + Math.abs(n - 1) });
  }
  return images;
}

/** Places between two samples that echoes are put at: at half of the sample rate their error is −44 dB, below it less. */
const phases = 256;

/** Sincs under a Hann window at every phase, 2·reach samples each from 1 − reach on. */
function createSincs(): Float64Array {
  const table = new Float64Array((phases + 1) * 2 * reach);
  for (let p = 0; p <= phases; p++) {
    for (let j = 0; j < 2 * reach; j++) {
      const t = j + 1 - reach - p / phases;
      const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
      table[p * 2 * reach + j] = sinc * (0.5 + 0.5 * Math.cos((Math.PI * t) / reach));
    }
  }
  return table;
}

function addEcho(out: Float64Array, sincs: Float64Array, position: number, height: number): void {
  const whole = Math.floor(position);
  const at = Math.round((position - whole) * phases) * 2 * reach;
  const first = whole + 1 - reach;
  const to = Math.min(2 * reach, out.length - first);
  for (let j = Math.max(0, -first); j < to; j++) out[first + j] += height * sincs[at + j];
}
