import { spawn } from "node:child_process";
import { AudioFormatError } from "../decode/errors.js";
import type { SpanOptions } from "../decode/span.js";

/**
 * Decodes whatever ffmpeg reads (m4a, WMA, AIFF, the sound of videos …) by running it; the result is a WAV file in memory.
 *
 * @param options.command ffmpeg's name or path (default "ffmpeg", or `$EARSHOT_FFMPEG`)
 * @throws AudioFormatError if ffmpeg is not installed, or cannot read the file
 */
export function decodeWithFfmpeg(
  path: string,
  {
    offsetSec = 0,
    durationSec,
    command = process.env.EARSHOT_FFMPEG ?? "ffmpeg",
  }: SpanOptions & { command?: string } = {},
): Promise<Uint8Array> {
  const args = [
    ...["-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe"],
    ...(offsetSec > 0 ? ["-ss", String(offsetSec)] : []),
    ...["-i", `file:${path}`, "-map", "0:a:0"],
    ...(durationSec !== undefined && Number.isFinite(durationSec) ? ["-t", String(durationSec)] : []),
    ...["-f", "wav", "-acodec", "pcm_f32le", "-map_metadata", "-1", "pipe:1"],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      if (complaint.length < 2000) complaint += chunk.toString();
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "ENOENT"
          ? "only ffmpeg reads this kind of file, and it is not installed; install it, or convert the file to WAV or FLAC."
          : `ffmpeg cannot be run (${error.message}).`;
      reject(new AudioFormatError(reason, { cause: error }));
    });
    child.on("close", (code) => {
      if (code === 0 && chunks.length > 0) resolve(Buffer.concat(chunks));
      else reject(new AudioFormatError(`ffmpeg finds no sound in it (${lastLine(complaint) || `exit code ${code}`}).`));
    });
  });
}

const lastLine = (text: string): string =>
  (text.trim().split("\n").pop() ?? "").replace(/^.*?file:[^:]*: /, "").replace(/\.$/, "");
