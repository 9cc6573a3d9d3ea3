import { UserError } from "../cli/errors.js";
import type { Place } from "../storage/place.js";

/**
 * Works on parts that somebody else may work on, too: of two commands for one thing, the first to finish takes the parts away.
 *
 * @param out what is made of the parts
 * @throws UserError saying so, where the parts are gone; otherwise what the work throws
 */
export async function withParts<T>(
  place: Place,
  out: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  // What goes wrong before anything is written is not taken for parts that are gone.
  await place.make();
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    const isThere = await place.require().then(
      () => true,
      () => false,
    );
    if (isThere) throw error;
    throw new UserError(
      `The parts of ${out} are gone: another command finished it meanwhile, or somebody took them away; where it is not there, call this again.`,
      { cause: error },
    );
  }
}
