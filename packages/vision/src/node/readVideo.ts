import type { Readable } from "node:stream";
import { requireRange, requireWhole } from "../images/image.js";
import type { VideoFrame } from "../video/types.js";
import { inputArgs, lastLine, startFfmpeg } from "./ffmpegVideo.js";
import { pnmFrames } from "./pnmFrames.js";

/** What a video says of itself. */
export interface VideoFacts {
  /** Pictures a second. */
  fps: number;
  /** Whether there is a sound track. */
  hasSound: boolean;
}

/** Options of {@link readVideo}. */
export interface ReadVideoOptions {
  /** Pictures a second that are read: others are left out or shown again (default: the file's own). */
  fps?: number;
  /** Longest side: larger pictures are made smaller while decoding (default 640). */
  maxSide?: number;
  /** 3 (RGB, default) or 1 (grey). */
  channels?: 1 | 3;
  /** Only the first seconds (default: all). */
  mostSec?: number;
  /** Called with mono samples in [−1, 1] as they come, where there is sound; sample 0 is heard at time 0. */
  onSound?: (samples: Float32Array) => void;
  /** Of the sound, Hz (default 16,000). */
  sampleRate?: number;
  /** Called once, before the first picture. */
  onFacts?: (facts: VideoFacts) => void;
  signal?: AbortSignal;
  /** What errors call the file (default: its path). */
  name?: string;
  /** ffmpeg's name or path (default "ffmpeg", or `$EARSHOT_FFMPEG`). */
  command?: string;
}

const fn = "readVideo";
/** Rates outside are those of clocks, not of pictures. */
const [SLOWEST, FASTEST] = [1, 240];

/**
 * Pictures and sound of a video, of any container that ffmpeg reads, on one clock: picture i is shown at i / fps, both count from where the
 * file begins.
 *
 * Streamed: a picture is decoded when it is asked for, and at most a few are in memory at once.
 *
 * @throws Error if ffmpeg is not installed; RangeError in one sentence if it cannot read the file, or finds no moving picture in it
 */
export async function* readVideo(path: string, options: ReadVideoOptions = {}): AsyncGenerator<VideoFrame> {
  const { maxSide = 640, channels = 3, sampleRate = 16_000, mostSec, onSound, signal, name = path } = options;
  const command = options.command ?? process.env.EARSHOT_FFMPEG ?? "ffmpeg";
  requireWhole(fn, "maxSide", maxSide, 16, 8192);
  requireWhole(fn, "sampleRate", sampleRate, 1000, 384_000);
  if (options.fps !== undefined) requireRange(fn, "fps", options.fps, SLOWEST, FASTEST);
  if (mostSec !== undefined) requireRange(fn, "mostSec", mostSec, 0.001);
  const own = await probe(path, name, command);
  const fps = options.fps ?? own.fps;
  const sound = own.hasSound && onSound !== undefined;
  options.onFacts?.({ ...own, fps });
  const small = `min(iw*if(sar,sar,1),${maxSide})`;
  const filters = [
    // Time 0 is where the file begins: a track that begins later shows its first picture until then.
    `fps=${fps}:start_time=0`,
    `scale=w='${small}':h='min(ih,${maxSide})':force_original_aspect_ratio=decrease`,
  ];
  const format = channels === 1 ? ["-c:v", "pgm", "-pix_fmt", "gray"] : ["-c:v", "ppm", "-pix_fmt", "rgb24"];
  const { child, outputs, done } = startFfmpeg(
    fn,
    command,
    [
      ...["-v", "error", ...inputArgs(path, mostSec)],
      ...["-map", "0:V:0", "-vf", filters.join(","), ...format, "-f", "image2pipe", "pipe:1"],
      ...(sound ? ["-map", "0:a:0", "-af", "aresample=async=1000:first_pts=0", "-ac", "1"] : []),
      ...(sound ? ["-ar", String(sampleRate), "-c:a", "pcm_f32le", "-f", "f32le", "pipe:3"] : []),
    ],
    sound ? 2 : 1,
  );
  const heard = sound ? listen(outputs[1], onSound) : Promise.resolve();
  heard.catch(() => child.kill());
  try {
    let index = 0;
    for await (const image of pnmFrames(outputs[0])) {
      signal?.throwIfAborted();
      yield { index, timeSec: index / fps, image };
      index++;
    }
    await heard;
    const { log } = await done;
    if (index === 0) {
      throw new RangeError(
        `${fn}: ${name} holds a video of zero pictures (${lastLine(log)}); nothing can be seen in it.`,
      );
    }
  } finally {
    child.kill();
  }
}

/** Rate and sound, by decoding one picture into a format whose head tells its rate. */
async function probe(path: string, name: string, command: string): Promise<VideoFacts> {
  const tiny = ["-frames:v", "1", "-vf", "scale=16:16", "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "pipe:1"];
  const { outputs, done } = startFfmpeg(fn, command, [...inputArgs(path), "-map", "0:V:0", ...tiny], 1);
  let head = "";
  for await (const chunk of outputs[0] as AsyncIterable<Buffer>)
    if (head.length < 200) head += chunk.toString("latin1");
  const { log } = await done;
  const rate = /^YUV4MPEG2 .*?F(\d+):(\d+)/.exec(head);
  if (!rate || !head.includes("FRAME")) throw new RangeError(`${fn}: ${name} ${missing(log)}`);
  const fps = Number(rate[1]) / Number(rate[2]);
  const input = log.split(/^Output #0/m)[0];
  return {
    fps: fps >= SLOWEST && fps <= FASTEST ? fps : 25,
    hasSound: /Stream #\S+ ?.*?: Audio: (?!none)/.test(input),
  };
}

function missing(log: string): string {
  if (/matches no streams|does not contain any stream/i.test(log)) {
    return "holds no moving pictures; name a video, or listen to it as a recording.";
  }
  return /Stream #\S+ ?.*?: Video: /.test(log) && !/Invalid data found when processing input\s*$/.test(log)
    ? "holds a video of zero pictures; nothing can be seen in it."
    : `cannot be read by ffmpeg (${lastLine(log)}).`;
}

/** Samples as they come; a chunk may end within one. */
async function listen(stream: Readable, onSound: (samples: Float32Array) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const count = bytes.length >> 2;
    const samples = new Float32Array(count);
    for (let i = 0; i < count; i++) samples[i] = bytes.readFloatLE(4 * i);
    rest = bytes.subarray(4 * count);
    if (count > 0) onSound(samples);
  }
}
