/** Streams decoded before a decoder gets a new memory: whatever each of them leaves behind stays bounded. */
const usesOfOneMemory = 24;
/** Decoders of a kind that wait for work, at most. */
const mostIdle = 4;

/** Decoders of one kind that serve one stream after another; see {@link createPool}. */
export interface DecoderPool<D> {
  /**
   * @param work decodes one stream
   * @param isSound false where the result shows that the stream was damaged
   */
  use<R>(work: (decoder: D) => R | Promise<R>, isSound: (result: R) => boolean): Promise<R>;
}

/**
 * Decoders that are used again: making one, with a memory of its own, takes longer than decoding some seconds of sound.
 *
 * Streams do not touch each other: a decoder whose stream was damaged, or that threw, never serves another one, and where a used decoder fails
 * a new one has the last word.
 *
 * @param load the library, asked for once
 * @param create a new decoder in a new memory
 * @param renew makes a used decoder as it was before its stream, in the same memory
 */
export function createPool<L, D>(
  load: () => Promise<L>,
  create: (library: L) => Promise<D>,
  renew: (decoder: D) => void,
): DecoderPool<D> {
  let library: Promise<L> | undefined;
  const idle: { decoder: D; uses: number }[] = [];
  const putBack = (decoder: D, uses: number): void => {
    if (uses < usesOfOneMemory && idle.length < mostIdle) idle.push({ decoder, uses });
  };
  return {
    async use(work, isSound) {
      const waiting = idle.pop();
      if (waiting) {
        try {
          renew(waiting.decoder);
          const result = await work(waiting.decoder);
          if (isSound(result)) {
            putBack(waiting.decoder, waiting.uses + 1);
            return result;
          }
        } catch {
          // What is wrong is told by a new decoder below.
        }
      }
      library ??= load();
      const decoder = await create(await library);
      const result = await work(decoder);
      if (isSound(result)) putBack(decoder, 1);
      return result;
    },
  };
}
