import type { AudioClip } from "@earshot/datasets";
import { extractFeatures, type Matrix, melSpectrogram, powerToDb, pyin, rms, spectrogram } from "@earshot/dsp";
import { linePlot, spectrogramPlot, waveformPlot } from "@earshot/plots";
import type { Panel } from "./inspectPage.js";

/** Pictures show this much at most; figures are of the whole. */
export const shownSec = 30;

/** The first part of a clip: as much as pictures show. */
const shownPart = ({ samples, sampleRate }: AudioClip): AudioClip => ({
  samples: samples.subarray(0, Math.round(shownSec * sampleRate)),
  sampleRate,
});

/** Pictures of a recording, each with a sentence for people who meet its terms for the first time. */
export function clipPanels(clip: AudioClip): Panel[] {
  const { samples, sampleRate } = shownPart(clip);
  const nFft = 2 ** Math.max(6, Math.round(Math.log2(0.03 * sampleRate)));
  const hopLength = Math.max(1, nFft / 4, Math.ceil(samples.length / 2000));
  const framing = { sampleRate, nFft, hopLength };
  const shared = { sampleRate, hopLength };
  const xDomain = [0, samples.length / sampleRate] as const;
  const pitch = pitchOf({ samples, sampleRate });
  return [
    {
      title: "Waveform",
      explanation:
        "The air's pressure over time, as the microphone felt it: tall is loud, flat is silence, and a flat top at ±1 would be clipping. The axis ends at 1 (full scale), or sooner where the recording is quiet.",
      spec: (theme) => waveformPlot(samples, { sampleRate, top: axisTop(samples), theme }),
    },
    {
      title: "Spectrogram",
      explanation:
        "Which frequencies sound when: time runs to the right, frequency (how fast the air swings, in Hz) upwards, bright is intense. Voices draw stripes, one for each harmonic.",
      spec: (theme) =>
        spectrogramPlot(belowLoudest(spectrogram(samples, { nFft, hopLength, power: 2 })), {
          ...shared,
          theme,
        }),
    },
    {
      title: "Mel spectrogram",
      explanation:
        "The same with frequencies spaced as the ear hears them: fine at low pitches, coarse at high ones. Most models see sound like this.",
      spec: (theme) =>
        spectrogramPlot(belowLoudest(melSpectrogram(samples, { ...framing, nMels: 64, allowEmptyFilters: true })), {
          ...shared,
          axis: "mel",
          theme,
        }),
    },
    {
      title: "Cepstral coefficients (MFCC)",
      explanation:
        "Thirteen numbers a frame that sketch the shape of the mel spectrum, and with it the shape of the mouth; classical models learn from these.",
      spec: (theme) =>
        spectrogramPlot(
          extractFeatures(samples, { kind: "mfcc", ...framing, nMels: 40, nMfcc: 13, allowEmptyFilters: true }),
          { ...shared, axis: "index", valueTitle: "Value", theme },
        ),
    },
    {
      title: "Level over time",
      explanation:
        "Intensity of every frame in decibels below full scale: each 6 dB is twice the amplitude; the floor between words is the room's noise.",
      spec: (theme) =>
        linePlot([levelOf({ samples, sampleRate })], { ...timeAxis, xDomain, yTitle: "Level (dB)", theme }),
    },
    ...(pitch
      ? [
          {
            title: "Pitch over time",
            explanation:
              "How fast the vocal folds (or the string) swing, where there is a tone at all; gaps are noise, whispering or silence. Men speak around 120 Hz, women around 210 Hz, children around 300 Hz.",
            spec: (theme: "light" | "dark") => linePlot([pitch], { ...timeAxis, xDomain, yTitle: "Pitch (Hz)", theme }),
          },
        ]
      : []),
  ];
}

/** Decibels below the loudest, down to −80. */
function belowLoudest(power: Matrix): Matrix {
  const loudest = power.data.reduce((a, b) => Math.max(a, b), 0);
  return powerToDb(power, { ref: Math.max(loudest, 1e-10), topDb: 80 });
}

/** 1, ½, 0.2, 0.1 …: the least of them that holds the loudest sample. */
function axisTop(samples: Float32Array): number {
  const peak = Math.max(
    1e-4,
    samples.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  );
  const ten = 10 ** Math.ceil(Math.log10(peak));
  return Math.min(1, [0.2, 0.5, 1].map((part) => part * ten).find((top) => top >= peak) ?? 1);
}

const timeAxis = { xTitle: "Time (s)", width: 640, height: 170 };

function levelOf({ samples, sampleRate }: AudioClip) {
  const frameLength = Math.max(2, Math.round(0.03 * sampleRate));
  const hopLength = Math.max(1, Math.round(frameLength / 3));
  const levels = rms(samples, { frameLength, hopLength });
  return {
    name: "level",
    x: Array.from(levels, (_, i) => (i * hopLength) / sampleRate),
    y: Array.from(levels, (level) => Math.max(-100, 20 * Math.log10(level + 1e-9))),
  };
}

/** Frames quieter than the loudest by more count as silence, whose hum has no pitch that anybody hears. */
const silentDb = 40;

/** Pitch where a tone is likely and loud enough; nothing for what is too short, too slow or never a tone. */
function pitchOf({ samples, sampleRate }: AudioClip) {
  const frameLength = 2 ** Math.ceil(Math.log2(0.06 * sampleRate));
  const hopLength = frameLength / 4;
  const fMax = Math.min(1000, sampleRate / 4);
  if (samples.length < frameLength || fMax < 130) return undefined;
  const { f0, voiced } = pyin(samples, { sampleRate, frameLength, hopLength, fMin: 60, fMax });
  if (!voiced.includes(1)) return undefined;
  const levels = rms(samples, { frameLength, hopLength });
  const loudest = levels.reduce((a, b) => Math.max(a, b), 0);
  const heard = (i: number): boolean => levels[i] > loudest * 10 ** (-silentDb / 20);
  if (!f0.some((hz, i) => Number.isFinite(hz) && heard(i))) return undefined;
  return {
    name: "pitch",
    x: Array.from(f0, (_, i) => (i * hopLength) / sampleRate),
    y: Array.from(f0, (hz, i) => (heard(i) ? hz : Number.NaN)),
  };
}
