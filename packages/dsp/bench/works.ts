import * as dsp from "@earshot/dsp";
import { essentiaMfcc, fftJs, meydaMfcc, type NpmWork, pffft } from "./npmPeers.js";

/** Signals that all sides work on. */
export interface Material {
  /** 60 s at 16 kHz. */
  voice: Float32Array;
  /** 60 s at 48 kHz. */
  wide: Float32Array;
  /** 2,000 clips at 8 kHz. */
  clips: Float32Array[];
}

export interface Work {
  title: string;
  unit: "ms" | "µs" | "clips/s";
  /** Times a run does the work; times are divided by it. */
  calls?: number;
  ours: () => unknown;
  /** Python libraries by the name of their job, and npm packages. */
  peers: { name: string; python?: string; npm?: () => Promise<NpmWork> }[];
}

const mfcc = { nFft: 512, hopLength: 160, nMels: 40, nMfcc: 13 };
const calls = 2000;

export function works({ voice, wide, clips }: Material): Work[] {
  const spectrum = dsp.stft(voice, { nFft: 512, hopLength: 160 });
  const given = dsp.stft(voice, { nFft: 512, hopLength: 160 });
  const amplitude = dsp.spectrogram(voice, { nFft: 512, hopLength: 160, power: 1 });
  const both = (job: string) => [
    { name: "librosa", python: `librosa.${job}` },
    { name: "torchaudio", python: `torchaudio.${job}` },
  ];
  const librosa = (job: string) => [{ name: "librosa", python: `librosa.${job}` }];
  return [
    {
      title: "MFCC-13 (512/160/40) of 60 s",
      unit: "ms",
      ours: () => dsp.mfcc(voice, { sampleRate: 16000, ...mfcc }),
      peers: [
        ...both("mfcc"),
        { name: "meyda", npm: () => meydaMfcc([voice], 16000) },
        { name: "essentia.js", npm: () => essentiaMfcc(voice, 16000) },
      ],
    },
    {
      title: "log-mel (512/160/40) of 60 s",
      unit: "ms",
      ours: () => dsp.logMelSpectrogram(voice, { sampleRate: 16000, nFft: 512, hopLength: 160, nMels: 40 }),
      peers: both("logMel"),
    },
    {
      title: "STFT (512/160), complex, of 60 s",
      unit: "ms",
      ours: () => dsp.stft(voice, { nFft: 512, hopLength: 160 }),
      peers: [...both("stft"), { name: "torch.stft", python: "torch.stft" }],
    },
    {
      title: "STFT (512/160), complex, into given matrices",
      unit: "ms",
      ours: () => void dsp.stft(voice, { nFft: 512, hopLength: 160 }, given),
      peers: [...both("stft"), { name: "torch.stft", python: "torch.stft" }],
    },
    {
      title: "inverse STFT (512/160) to 60 s",
      unit: "ms",
      ours: () => dsp.istft(spectrum, { nFft: 512, hopLength: 160 }),
      peers: both("istft"),
    },
    ...[512, 2048].map(
      (n): Work => ({
        title: `real FFT of ${n}, one call`,
        unit: "µs",
        calls,
        ours: realTransforms(n),
        peers: [
          { name: "pffft-wasm", npm: () => pffft(n, calls) },
          { name: "fft.js", npm: () => fftJs(n, calls) },
          { name: "SciPy, batched", python: `scipy.rfft${n}` },
        ],
      }),
    ),
    {
      title: "resample 48 → 16 kHz, 60 s",
      unit: "ms",
      ours: () => dsp.resample(wide, { from: 48000, to: 16000 }),
      peers: [
        { name: "soxr HQ", python: "soxr.resample" },
        { name: "torchaudio", python: "torchaudio.resample" },
      ],
    },
    {
      title: "time stretch by 1.1 (2048), 60 s",
      unit: "ms",
      ours: () => dsp.timeStretch(voice, { rate: 1.1 }),
      peers: librosa("timeStretch"),
    },
    {
      title: "pitch shift by 2 semitones (2048), 60 s",
      unit: "ms",
      ours: () => dsp.pitchShift(voice, { nSteps: 2 }),
      peers: librosa("pitchShift"),
    },
    {
      title: "Griffin–Lim, 32 iterations (512/160), 60 s",
      unit: "ms",
      ours: () => dsp.griffinLim(amplitude, { nFft: 512, hopLength: 160, nIter: 32, seed: 0 }),
      peers: both("griffinLim"),
    },
    {
      title: "YIN 65–600 Hz (2048/512), 60 s",
      unit: "ms",
      ours: () => dsp.yin(voice, { sampleRate: 16000, fMin: 65, fMax: 600 }),
      peers: librosa("yin"),
    },
    {
      title: "MFCC-13 of 2,000 short clips in a loop",
      unit: "clips/s",
      ours: () => clips.forEach((clip) => void dsp.mfcc(clip, { sampleRate: 8000, ...mfcc })),
      peers: [...both("clips"), { name: "meyda", npm: () => meydaMfcc(clips, 8000) }],
    },
    {
      title: "RMS + zero crossings + centroid (2048/512), 60 s",
      unit: "ms",
      ours: () => [dsp.rms(voice), dsp.zeroCrossingRate(voice), dsp.spectralCentroid(voice, { sampleRate: 16000 })],
      peers: librosa("levels"),
    },
    { title: "trim, 60 s", unit: "ms", ours: () => dsp.trim(voice), peers: librosa("trim") },
    { title: "stream of log-mel, 10 ms chunks, one chunk", unit: "µs", calls, ours: stream(voice), peers: [] },
  ];
}

function realTransforms(n: number): () => void {
  const plan = dsp.createRealFft(n);
  const samples = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 0.3));
  const re = new Float32Array(plan.bins);
  const im = new Float32Array(plan.bins);
  return () => {
    for (let i = 0; i < calls; i++) plan.forward(samples, re, im);
  };
}

/** What the live app runs, in its steady state. */
export function stream(voice: Float32Array): () => void {
  const chunks = Array.from({ length: calls }, (_, i) => voice.subarray(i * 160, (i + 1) * 160));
  const features = dsp.createFeatureStream({
    kind: "logMel",
    sampleRate: 16000,
    nFft: 512,
    hopLength: 160,
    nMels: 40,
    topDb: null,
    center: false,
  });
  return () => {
    for (const chunk of chunks) features.process(chunk);
  };
}
