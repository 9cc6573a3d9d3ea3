import type { MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { requireSpan, type SpanOptions } from "./span.js";

/** What must be known of each stream of a chain. */
interface Link {
  sampleRate: number;
  channels: number;
  frames: number;
}

/**
 * Decodes a part of streams that follow each other in one file; streams that hold nothing of the part are left alone.
 *
 * @param decodeLink frames [first, first + count) of a stream, count ≥ 1
 * @throws AudioFormatError if the streams differ in rate or channels
 */
export async function decodeChain(
  fn: string,
  links: readonly Link[],
  span: SpanOptions,
  decodeLink: (link: number, first: number, count: number) => Promise<readonly Float32Array[]>,
): Promise<MultichannelClip> {
  const { sampleRate, channels } = links[0];
  const other = links.findIndex((link) => link.sampleRate !== sampleRate || link.channels !== channels);
  if (other > 0) {
    const what = links[other];
    throw new AudioFormatError(
      `${fn}: stream ${other + 1} of the file has ${what.channels} channels at ${what.sampleRate} Hz, the first ${channels} at ${sampleRate} Hz; part them into files of their own.`,
    );
  }
  const total = links.reduce((sum, { frames }) => sum + frames, 0);
  const [first, count] = requireSpan("decode", span, total, sampleRate);
  const parts: (readonly Float32Array[])[] = [];
  let start = 0;
  for (const [i, { frames }] of links.entries()) {
    const from = Math.max(first, start);
    const to = Math.min(first + count, start + frames);
    if (to > from) parts.push(await decodeLink(i, from - start, to - from));
    start += frames;
  }
  if (parts.length === 1) return { channels: [...parts[0]], sampleRate };
  const joined = Array.from({ length: channels }, () => new Float32Array(count));
  let at = 0;
  for (const part of parts) {
    part.forEach((channel, c) => {
      joined[c].set(channel, at);
    });
    at += part[0].length;
  }
  return { channels: joined, sampleRate };
}
