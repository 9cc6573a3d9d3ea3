import { openPlace, type Place } from "../storage/place.js";
import type { PieceResult, WorkPlace } from "./piece.js";

/**
 * Does a piece of work, unless its result stands already.
 *
 * `NAME.json` is written last: where it stands, everything else is whole. Two workers that do the same piece write the same.
 *
 * @param make what the result says, after everything else is written
 * @throws UserError if this machine does not see the place
 */
export async function once<T extends object>(
  { name, place: address }: WorkPlace,
  make: (place: Place) => Promise<T>,
  stands: (result: T, place: Place) => Promise<boolean> = async () => true,
): Promise<T & PieceResult> {
  const place = openPlace(address);
  await place.require();
  const file = `${name}.json`;
  if (await place.has(file)) {
    const result = await readResult<T>(place, name);
    if (result && (await stands(result, place))) return { ...result, name, reused: true };
  }
  const result = await make(place);
  await place.write(file, `${JSON.stringify({ name, ...result })}\n`);
  return { ...result, name, reused: false };
}

/** What a piece that is done has left; undefined where that is no JSON, such as after a power failure. */
export async function readResult<T>(place: Place, name: string): Promise<(T & { name: string }) | undefined> {
  const text = Buffer.from(await place.read(`${name}.json`)).toString();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
