import { spawn } from "node:child_process";
import { createRng } from "@earshot/dsp";
import type { AudioClip } from "../decode/clip.js";
import { decodeWav } from "../decode/wav.js";

const voices = ["en-us", "en-gb", "en-us+f2", "en-gb+f3", "en-us+m3", "en-gb+m5", "en-us+f4", "en-029+m1"];

/**
 * Speaks a text by espeak-ng, a formant synthesiser, with a voice, pitch and rate drawn from the seed.
 *
 * @param options.command its name or path (default "espeak-ng", or `$EARSHOT_ESPEAK`)
 * @throws Error if espeak-ng is not installed or fails
 */
export async function speakWithEspeak(
  text: string,
  { seed, command }: { seed: number; command?: string },
): Promise<{ clip: AudioClip; parameters: Record<string, number> }> {
  const rng = createRng(seed);
  const voice = rng.integer(0, voices.length - 1);
  const pitch = rng.integer(25, 75);
  const wordsPerMinute = rng.integer(130, 200);
  const settings = ["-v", voices[voice], "-p", String(pitch), "-s", String(wordsPerMinute), "--stdout", "--stdin"];
  const wav = await runEspeak(settings, text, command);
  return { clip: decodeWav(wav, { truncated: "keep" }), parameters: { voice, pitch, wordsPerMinute } };
}

/** What espeak-ng writes to its output. @throws Error if it is not installed or fails */
export function runEspeak(
  args: readonly string[],
  input: string,
  command = process.env.EARSHOT_ESPEAK ?? "espeak-ng",
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "ENOENT" ? "it is not installed; install it or leave the method out" : error.message;
      reject(new Error(`espeak-ng cannot speak: ${reason}.`, { cause: error }));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`espeak-ng cannot speak: exit code ${code}.`));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
