import { spawn } from "node:child_process";
import { AudioFormatError, withFileName } from "../decode/errors.js";

/** A picture out of a video. */
export interface VideoStill {
  timeSec: number;
  /** JPEG, `stillWidth` wide. */
  jpeg: Uint8Array;
}

/** What can be said of a video at a look. */
export interface VideoDescription {
  width: number;
  height: number;
  /** ffmpeg's name of the coding of the pictures. */
  codec: string;
  /** Pictures a second, as the file says. */
  fps: number;
  /** Pictures that were looked at. */
  frames: number;
  /** Of the whole file, where it says. */
  durationSec?: number;
  /** How much each picture differs from the one before, 0–1, and when it is shown. */
  changes: { timeSec: number; change: number }[];
  /** Where one scene ends and the next begins. */
  cuts: { timeSec: number; change: number }[];
  stills: VideoStill[];
  /** The first sound track, where there is one. */
  sound?: { codec: string; sampleRate: number; channels: string };
}

/** Options of {@link describeVideo}. */
export interface DescribeVideoOptions {
  /** Pictures to take out, evenly over the video (default 12). */
  stills?: number;
  /** Pixels (default 240). */
  stillWidth?: number;
  /** Change from which on a picture begins a new scene, 0–1 (default 0.3). */
  cutThreshold?: number;
  /** Only the first seconds are looked at (default 600). */
  mostSec?: number;
  /** What errors call the file (default: its path). */
  name?: string;
  /** ffmpeg's name or path (default "ffmpeg", or `$EARSHOT_FFMPEG`). */
  command?: string;
}

/**
 * Looks through a video with ffmpeg: size, coding, sound, cuts, and pictures from all over it.
 *
 * @returns undefined where the file holds no moving pictures (a sound file, or one with a cover)
 * @throws AudioFormatError naming the file, if ffmpeg is not installed, or cannot read it
 */
export async function describeVideo(
  path: string,
  options: DescribeVideoOptions = {},
): Promise<VideoDescription | undefined> {
  try {
    return await lookThrough(path, options);
  } catch (error) {
    throw withFileName(error, options.name ?? path);
  }
}

async function lookThrough(
  path: string,
  {
    stills = 12,
    stillWidth = 240,
    cutThreshold = 0.3,
    mostSec = 600,
    command = process.env.EARSHOT_FFMPEG ?? "ffmpeg",
  }: DescribeVideoOptions,
): Promise<VideoDescription | undefined> {
  const input = [
    "-nostdin",
    "-hide_banner",
    "-protocol_whitelist",
    "file,pipe",
    "-t",
    String(mostSec),
    "-i",
    `file:${path}`,
  ];
  const pictures = ["-map", "0:V:0", "-an", "-sn"];
  // V leaves covers out; scores need no more than a small picture.
  const scores = ["-vf", "scale=320:-2,select='gte(scene,0)',metadata=print:file=-", "-f", "null", "-"];
  const looked = await runFfmpeg(command, [...input, ...pictures, ...scores]);
  const header = parseHeader(looked.log);
  if (!header) {
    if (/matches no streams|Output file does not contain any stream/i.test(looked.log)) return undefined;
    throw new AudioFormatError(`ffmpeg cannot read it (${lastLine(looked.log)}).`);
  }
  const changes = parseChanges(looked.out.toString("latin1"));
  if (changes.length === 0) throw new AudioFormatError(`ffmpeg finds no picture in it (${lastLine(looked.log)}).`);
  const wanted = Array.from({ length: Math.min(stills, changes.length) }, (_, k) =>
    Math.floor(((k + 0.5) * changes.length) / Math.min(stills, changes.length)),
  );
  const chosen = wanted.map((n) => `eq(n,${n})`).join("+");
  const taken = await runFfmpeg(command, [
    ...[...input, ...pictures, "-vf", `select='${chosen}',scale=${stillWidth}:-2`, "-vsync", "0"],
    ...["-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe", "-"],
  ]);
  return {
    ...header,
    frames: changes.length,
    changes,
    cuts: findCuts(changes, cutThreshold),
    stills: splitJpegs(taken.out).map((jpeg, k) => ({ timeSec: changes[wanted[k]].timeSec, jpeg })),
  };
}

function runFfmpeg(command: string, args: string[]): Promise<{ out: Buffer; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    let log = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      // The head tells what the file is, the end what went wrong.
      log = log.length < 16_000 ? log + chunk.toString() : log.slice(0, 12_000) + (log + chunk.toString()).slice(-4000);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "ENOENT"
          ? "only ffmpeg looks into videos, and it is not installed; install it."
          : `ffmpeg cannot be run (${error.message}).`;
      reject(new AudioFormatError(reason, { cause: error }));
    });
    child.on("close", () => resolve({ out: Buffer.concat(chunks), log }));
  });
}

type Header = Pick<VideoDescription, "width" | "height" | "codec" | "fps" | "durationSec" | "sound">;

/** What ffmpeg says of the input; undefined where it shows no video stream that it could use. */
function parseHeader(log: string): Header | undefined {
  const input = log.split(/^Output #0/m)[0];
  const video = /Stream #\S+ ?.*?: Video: (\w+).*?, (\d{1,5})x(\d{1,5})\b.*/.exec(input);
  if (!video || !log.includes("Output #0")) return undefined;
  const fps = /([\d.]+)(k?) fps/.exec(video[0]) ?? /([\d.]+)(k?) tbr/.exec(video[0]);
  const length = /Duration: (\d+):(\d+):([\d.]+)/.exec(input);
  const sound = /Stream #\S+ ?.*?: Audio: (\w+).*?, (\d+) Hz, ([^,\n]+)/.exec(input);
  return {
    codec: video[1],
    width: Number(video[2]),
    height: Number(video[3]),
    fps: fps ? Number(fps[1]) * (fps[2] ? 1000 : 1) : Number.NaN,
    ...(length && { durationSec: Number(length[1]) * 3600 + Number(length[2]) * 60 + Number(length[3]) }),
    ...(sound && { sound: { codec: sound[1], sampleRate: Number(sound[2]), channels: sound[3].trim() } }),
  };
}

/** Two kinds of lines: when a picture is shown, and later what was measured on it. */
function parseChanges(text: string): VideoDescription["changes"] {
  const changes: VideoDescription["changes"] = [];
  let timeSec = Number.NaN;
  for (const line of text.split("\n")) {
    const time = /pts_time:\s*(-?[\d.]+)/.exec(line);
    if (time) timeSec = Number(time[1]);
    const score = /^lavfi\.scene_score=([\d.e+-]+)/.exec(line);
    if (score && Number.isFinite(timeSec)) changes.push({ timeSec, change: Math.min(1, Number(score[1])) });
  }
  return changes;
}

/** Changes above the threshold; of several at once (a fade), the greatest. */
function findCuts(changes: VideoDescription["changes"], threshold: number): VideoDescription["cuts"] {
  const cuts: VideoDescription["cuts"] = [];
  let last = -2;
  changes.forEach((change, i) => {
    if (i === 0 || change.change < threshold) return;
    if (i - last > 1) cuts.push(change);
    else if (change.change > cuts[cuts.length - 1].change) cuts[cuts.length - 1] = change;
    last = i;
  });
  return cuts;
}

/** JPEG files one after the other, taken apart at their end marks (which stand nowhere else in them). */
function splitJpegs(bytes: Buffer): Uint8Array[] {
  const end = Buffer.of(0xff, 0xd9);
  const files: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const stop = bytes.indexOf(end, at);
    if (stop < 0) break;
    files.push(Uint8Array.from(bytes.subarray(at, stop + 2)));
    at = stop + 2;
  }
  return files;
}

const lastLine = (log: string): string =>
  (log.trim().split("\n").pop() ?? "").replace(/^.*?file:[^:]*: /, "").replace(/\.$/, "") || "it says nothing";
