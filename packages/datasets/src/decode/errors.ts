/**
 * A file that is not the audio it should be: truncated, lying about its sizes, or something else altogether.
 * `earshot` counts these, and skips them only when told to.
 */
export class AudioFormatError extends Error {
  override readonly name = "AudioFormatError";
  /** Name of the file, where known. */
  readonly file?: string;
  /** Byte of the file where the trouble starts, where there is one place. */
  readonly byte?: number;

  constructor(message: string, { file, byte, cause }: { file?: string; byte?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.file = file;
    this.byte = byte;
  }
}

/**
 * The same trouble with the file's name in front, so that one line of a log says where to look.
 *
 * @param error what decoding threw; anything but an {@link AudioFormatError} comes back as it is
 */
export function withFileName(error: unknown, file: string): unknown {
  if (!(error instanceof AudioFormatError) || error.file !== undefined) return error;
  return new AudioFormatError(`${file}: ${error.message}`, { file, byte: error.byte, cause: error });
}
