import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type AudioClip, type AudioDescription, type AudioInfo, describeAudio, readAudioInfo } from "@earshot/datasets";
import { loadClip } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import { dataUrl, type Html, html } from "../report/html.js";
import { pageWav } from "../report/worst.js";
import { clipPanels, shownSec } from "./clipPanels.js";
import { drawPanels, type Fact, factTable, type Inspection, pageOf } from "./inspectPage.js";

/** A recording at a look: what it is, how loud, what it holds, with a sentence on each term. */
export async function inspectClip(path: string): Promise<Inspection> {
  const clip = await loadClip(resolve(path), { name: path });
  if (clip.samples.length === 0) throw new UserError(`${path} is a sound file without a single sample.`);
  const description = describeAudio(clip, headerOf(await readFile(path)));
  const drawn = await drawPanels(clipPanels(clip));
  const kicker = `${basename(path)}${description.durationSec > shownSec ? `; pictures show the first ${shownSec} s` : ""}`;
  const body = html`${clipPlayer(clip)}${factTable(clipFacts(description))}${drawn.html}`;
  return { ...pageOf("A recording", kicker, body), facts: { file: path, ...description }, pictures: drawn.pictures };
}

/** The sound to listen to, as much as goes into a page. */
export const clipPlayer = (clip: AudioClip): Html =>
  html`<p><audio controls src="${dataUrl("audio/wav", pageWav(clip).wav)}"></audio></p>`;

/** What the file says of itself; nothing for formats that only ffmpeg reads. */
function headerOf(bytes: Uint8Array): AudioInfo | undefined {
  try {
    return readAudioInfo(bytes);
  } catch {
    return undefined;
  }
}

export function clipFacts(d: AudioDescription): Fact[] {
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
