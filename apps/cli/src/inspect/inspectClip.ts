import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type AudioDescription, type AudioInfo, describeAudio, readAudioInfo } from "@earshot/datasets";
import { loadClip } from "@earshot/datasets/node";
import { extractFeatures, melSpectrogram, powerToDb, spectrogram } from "@earshot/dsp";
import { spectrogramPlot, waveformPlot } from "@earshot/plots";
import { dataUrl, html } from "../report/html.js";
import { pageWav } from "../report/worst.js";
import { type Fact, type Inspection, inspectPage, type Panel } from "./inspectPage.js";

/** Pictures show this much at most; figures are of the whole. */
const shownSec = 30;

/** A recording at a look: what it is, how loud, what it holds, with a sentence on each term. */
export async function inspectClip(path: string): Promise<Inspection> {
  const clip = await loadClip(resolve(path), { name: path });
  const description = describeAudio(clip, headerOf(await readFile(path)));
  const { sampleRate } = clip;
  const samples = clip.samples.subarray(0, Math.round(shownSec * sampleRate));
  const nFft = 2 ** Math.max(6, Math.round(Math.log2(0.03 * sampleRate)));
  const hopLength = Math.max(1, nFft / 4, Math.ceil(samples.length / 2000));
  const framing = { sampleRate, nFft, hopLength };
  const shared = { sampleRate, hopLength };
  const panels: Panel[] = [
    {
      title: "Waveform",
      explanation:
        "The air's pressure over time, as the microphone felt it: tall is loud, flat is silence, and a flat top would be clipping.",
      spec: (theme) => waveformPlot(samples, { sampleRate, theme }),
    },
    {
      title: "Spectrogram",
      explanation:
        "Which frequencies sound when: time runs to the right, frequency (how fast the air swings, in Hz) upwards, bright is intense. Voices draw stripes, one for each harmonic.",
      spec: (theme) =>
        spectrogramPlot(powerToDb(spectrogram(samples, { nFft, hopLength, power: 2 }), { topDb: 80 }), {
          ...shared,
          theme,
        }),
    },
    {
      title: "Mel spectrogram",
      explanation:
        "The same with frequencies spaced as the ear hears them: fine at low pitches, coarse at high ones. Most models see sound like this.",
      spec: (theme) =>
        spectrogramPlot(
          powerToDb(melSpectrogram(samples, { ...framing, nMels: 64, allowEmptyFilters: true }), { topDb: 80 }),
          { ...shared, axis: "mel", theme },
        ),
    },
    {
      title: "Cepstral coefficients (MFCC)",
      explanation:
        "Thirteen numbers a frame that sketch the shape of the mel spectrum, and with it the shape of the mouth; classical models learn from these.",
      spec: (theme) =>
        spectrogramPlot(
          extractFeatures(samples, { kind: "mfcc", ...framing, nMels: 40, nMfcc: 13, allowEmptyFilters: true }),
          {
            ...shared,
            axis: "index",
            valueTitle: "Value",
            theme,
          },
        ),
    },
  ];
  const kicker = `${basename(path)}${clip.samples.length > samples.length ? `; pictures show the first ${shownSec} s` : ""}`;
  const player = html`<p><audio controls src="${dataUrl("audio/wav", pageWav(clip).wav)}"></audio></p>`;
  const page = await inspectPage("A recording", kicker, clipFacts(description), panels, player);
  return { page, facts: { file: path, ...description } };
}

/** What the file says of itself; nothing for formats that only ffmpeg reads. */
function headerOf(bytes: Uint8Array): AudioInfo | undefined {
  try {
    return readAudioInfo(bytes);
  } catch {
    return undefined;
  }
}

function clipFacts(d: AudioDescription): Fact[] {
  const db = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} dB` : "silent");
  return [
    { name: "duration", value: `${d.durationSec.toFixed(2)} s`, meaning: `${d.samples} samples.` },
    {
      name: "sample rate",
      value: `${d.sampleRate} Hz`,
      meaning: `How often a second the pressure was measured: sounds up to ${d.sampleRate / 2} Hz are kept.`,
    },
    ...(d.codec
      ? [
          {
            name: "coding",
            value:
              `${d.container ?? ""} ${d.codec}${d.bitsPerSample ? `, ${d.bitsPerSample} bits` : ""}${d.channels ? `, ${d.channels} channel${d.channels === 1 ? "" : "s"}` : ""}`.trim(),
            meaning: "How the file stores the samples; more bits mean a lower noise floor.",
          },
        ]
      : []),
    {
      name: "peak",
      value: db(d.peakDb),
      meaning: "The largest sample, below full scale: 0 dB is as loud as the file can say.",
    },
    { name: "level", value: db(d.rmsDb), meaning: "Mean intensity (root mean square), below full scale." },
    {
      name: "loudness",
      value: Number.isFinite(d.loudnessLufs) ? `${d.loudnessLufs.toFixed(1)} LUFS` : "too short or silent",
      meaning: "Loudness as broadcasters measure it, weighted by the ear; speech is often near −23.",
    },
    {
      name: "silence",
      value: `${(100 * d.silenceShare).toFixed(0)} %`,
      meaning: `Share that is 40 dB or more below the loudest; ${d.leadingSilenceSec.toFixed(2)} s before the sound, ${d.trailingSilenceSec.toFixed(2)} s after.`,
    },
    {
      name: "clipping",
      value: d.clippedSamples === 0 ? "none" : `${d.clippedSamples} samples`,
      meaning: "Samples stuck at the top: the recording was too loud there.",
    },
    {
      name: "offset",
      value: d.dcOffset.toFixed(4),
      meaning: "Mean of the samples; away from 0, something is wrong with the microphone.",
    },
  ];
}
