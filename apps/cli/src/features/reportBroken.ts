import { UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import type { Broken } from "./extractAll.js";

/** How many broken items are named. */
const named = 5;

/**
 * Names items that cannot be used, and how many are left out.
 *
 * @param skip go on without them
 * @throws UserError if there is any and none may be skipped, or if nothing else is left
 */
export function reportBroken(broken: readonly Broken[], of: number, skip: boolean, screen: Screen): void {
  if (broken.length === 0) return;
  for (const { reason } of broken.slice(0, named)) screen.warn(`broken: ${reason}`);
  if (broken.length > named) screen.warn(`… and ${broken.length - named} more`);
  const count = `${broken.length} of ${of} items`;
  if (broken.length === of) throw new UserError(`None of ${of} items can be used; the first: ${broken[0].reason}`);
  if (!skip) {
    throw new UserError(
      `${count} cannot be used, the first because ${broken[0].reason.replace(/[.]$/, "")}; mend or remove them, or leave them out with --skip-broken.`,
    );
  }
  screen.warn(`${count} left out.`);
}
