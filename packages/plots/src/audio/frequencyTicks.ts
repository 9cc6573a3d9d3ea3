/** What the columns of a matrix of frames stand for. */
export type FrequencyAxis = "linear" | "mel" | "index";

interface AxisShape {
  bins: number;
  fMin: number;
  fMax: number;
  melScale: "slaney" | "htk";
  /** Of the picture, pixels: decides how many ticks there is room for. */
  height: number;
}

/** Where on an axis from 0 (bottom) to 1 (top) round frequencies, or coefficient numbers, lie. */
export function frequencyTicks(axis: FrequencyAxis, shape: AxisShape): { at: number; label: string }[] {
  const { bins, fMin, fMax, melScale, height } = shape;
  const room = Math.max(2, Math.floor(height / 32));
  if (axis === "index") {
    const step = niceStep(bins / room);
    return range(0, bins - 1, step).map((i) => ({ at: (i + 0.5) / bins, label: String(i) }));
  }
  if (axis === "linear") {
    // Bins are centred on their frequency: half a bin lies below 0 Hz and half above the highest.
    const hzPerBin = (fMax - fMin) / Math.max(1, bins - 1);
    const step = niceStep((fMax - fMin) / room);
    return range(Math.ceil(fMin / step) * step, fMax, step).map((hz) => ({
      at: ((hz - fMin) / hzPerBin + 0.5) / bins,
      label: hertz(hz),
    }));
  }
  // Band b is centred at mel fraction (b + 1) / (bins + 1), and drawn from b / bins to (b + 1) / bins.
  const toMel = melScale === "htk" ? htkMel : slaneyMel;
  const [low, high] = [toMel(fMin), toMel(fMax)];
  const at = (hz: number) => (((toMel(hz) - low) / (high - low)) * (bins + 1) - 0.5) / bins;
  const ticks: { at: number; label: string }[] = [];
  for (const hz of MEL_TICKS) {
    const position = at(hz);
    if (position < 0 || position > 1) continue;
    const last = ticks.at(-1);
    if (!last || position - last.at > 0.5 / room) ticks.push({ at: position, label: hertz(hz) });
  }
  return ticks;
}

const MEL_TICKS = [0, 250, 500, 1000, 2000, 4000, 8000, 16000, 32000];

const htkMel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);

/** Linear below 1 kHz, logarithmic above (Slaney's Auditory Toolbox). */
const slaneyMel = (hz: number): number =>
  hz < 1000 ? (3 * hz) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4);

const hertz = (hz: number): string => String(Math.round(hz));

/** 1, 2 or 5 times a power of ten, at least as large as asked and at least 1. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= least) ?? 10 * power;
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, i) => from + i * step);
