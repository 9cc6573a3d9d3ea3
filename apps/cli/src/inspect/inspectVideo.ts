import { basename, resolve } from "node:path";
import { type AudioClip, describeAudio } from "@earshot/datasets";
import { describeVideo, loadClip, type VideoDescription } from "@earshot/datasets/node";
import { linePlot } from "@earshot/plots";
import { dataUrl, type Html, html } from "../report/html.js";
import { lookAtTalk } from "../vision/lookAtTalk.js";
import { talkFacts, talkPanels, talkStrip } from "../vision/talkPanels.js";
import { clipPanels, shownSec } from "./clipPanels.js";
import { clipFacts, clipPlayer } from "./inspectClip.js";
import { drawPanels, type Fact, factTable, type Inspection, noteList, type Panel, pageOf } from "./inspectPage.js";

/** Seconds of a video that are looked at. */
const mostSec = 600;

export interface InspectVideoOptions {
  /** Weights of YuNet, to follow face and mouth (default: those in the data folder, if there are any). */
  faces?: string;
  signal?: AbortSignal;
}

/**
 * A video at a look: its pictures, where it is cut, its sound, and whether mouth and sound are together.
 *
 * @returns undefined where the file holds no moving pictures
 * @throws AudioFormatError if ffmpeg is not installed, or cannot read the file
 */
export async function inspectVideo(path: string, options: InspectVideoOptions = {}): Promise<Inspection | undefined> {
  const video = await describeVideo(resolve(path), { mostSec, name: path });
  if (!video) return undefined;
  const { report, missing } = await lookAtTalk(path, { ...options, mostSec });
  const clip = video.sound && (await loadClip(resolve(path), { name: path, durationSec: mostSec }));
  const heard = clip && clip.samples.length > 0 ? clip : undefined;
  const seen = await drawPanels([...(report ? talkPanels(report) : []), changePanel(video)]);
  const sound = heard && (await drawPanels(clipPanels(heard)));
  const { stills, changes, ...facts } = video;
  const cut = (video.durationSec ?? 0) > mostSec ? `; the first ${mostSec / 60} minutes` : "";
  const facesSeen = report?.faces.some((face) => face !== undefined);
  const strip = report && facesSeen ? await talkStrip(report) : stills;
  const table = factTable([...videoFacts(video), ...(report ? talkFacts(report) : [])]);
  const notes = noteList(missing ? [missing] : []);
  const body = html`${table}${notes}<h2>Pictures</h2>${stillGrid(strip)}${seen.html}${soundSection(heard, sound?.html)}`;
  return {
    ...pageOf("A video", `${basename(path)}${cut}`, body, stillStyle),
    pictures: [...seen.pictures, ...(sound?.pictures ?? [])],
    facts: {
      file: path,
      ...facts,
      meanChange: changes.reduce((sum, { change }) => sum + change, 0) / changes.length,
      ...(report && { talk: talkNumbers(report) }),
      ...(report?.offset && { soundLaterSec: report.offset.offsetSec }),
      ...(heard && { audio: describeAudio(heard) }),
    },
  };
}

function talkNumbers({ frames, faces, offset }: NonNullable<Awaited<ReturnType<typeof lookAtTalk>>["report"]>) {
  const { curve: _, ...found } = offset ?? { curve: [] };
  const share = faces.filter((face) => face !== undefined).length / frames;
  return { faceShare: share, offset: offset ? found : null };
}

function videoFacts({ durationSec, width, height, fps, frames, codec, cuts, sound }: VideoDescription): Fact[] {
  return [
    {
      name: "duration",
      value: durationSec === undefined ? "not said" : `${durationSec.toFixed(2)} s`,
      meaning: `${frames} pictures were looked at.`,
    },
    { name: "picture", value: `${width} × ${height}`, meaning: "Pixels across and down." },
    {
      name: "rate",
      value: `${Number(fps.toFixed(3))} pictures/s`,
      meaning: `Lips are followed to about ${(500 / fps).toFixed(0)} ms.`,
    },
    { name: "coding", value: codec, meaning: "How the pictures are stored." },
    {
      name: "cuts",
      value: String(cuts.length),
      meaning:
        cuts.length === 0
          ? "One scene: no picture differs much from the one before."
          : `At ${cuts
              .slice(0, 8)
              .map(({ timeSec }) => `${timeSec.toFixed(2)} s`)
              .join(", ")}${cuts.length > 8 ? " …" : ""}: there a new scene begins.`,
    },
    {
      name: "sound",
      value: sound ? `${sound.codec}, ${sound.sampleRate} Hz, ${sound.channels}` : "none",
      meaning: sound ? "Looked at below." : "The file holds pictures alone.",
    },
  ];
}

function changePanel({ changes, cuts }: VideoDescription): Panel {
  const top = Math.max(0.35, ...changes.map(({ change }) => change));
  return {
    title: "Change from picture to picture",
    explanation:
      "How much each picture differs from the one before it: low waves are movement, a spike is a cut to another scene.",
    spec: (theme) =>
      linePlot(
        [
          { name: "change", x: changes.map((c) => c.timeSec), y: changes.map((c) => c.change) },
          ...(cuts.length > 0
            ? [
                {
                  name: "cut",
                  x: cuts.flatMap(({ timeSec }) => [timeSec, timeSec, Number.NaN]),
                  y: cuts.flatMap(() => [0, top, Number.NaN]),
                },
              ]
            : []),
        ],
        { xTitle: "Time (s)", yTitle: "Change (0–1)", width: 640, height: 170, theme },
      ),
  };
}

const stillStyle = `
.stills { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .7rem; }
.stills img { width: 100%; height: auto; display: block; border-radius: 8px; }
`;

const stillGrid = (stills: VideoDescription["stills"]): Html =>
  html`<div class="stills">${stills.map(({ timeSec, jpeg }) => html`<figure><img src="${dataUrl("image/jpeg", jpeg)}" alt="at ${timeSec.toFixed(2)} s"><figcaption><small>${timeSec.toFixed(2)} s</small></figcaption></figure>`)}</div>`;

function soundSection(clip: AudioClip | undefined, panels: Html[] | undefined): Html | undefined {
  if (!clip) return undefined;
  const long = clip.samples.length > shownSec * clip.sampleRate;
  return html`<h2>Sound</h2>${long && html`<p class="muted">Pictures show the first ${shownSec} s.</p>`}${clipPlayer(clip)}${factTable(clipFacts(describeAudio(clip)))}${panels}`;
}
