import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelSource } from "../session/model.js";

/** In the order in which people look at them. */
const order = ["emotion", "spoof", "sounds", "digits"];

/**
 * The models that come with the package, as `startServer` takes them.
 *
 * @param names which of them (default all)
 * @throws RangeError naming those there are if one is not among them
 */
export function shippedModels(names?: readonly string[]): ModelSource[] {
  const root = fileURLToPath(new URL("../../models", import.meta.url));
  const there = existsSync(root) ? readdirSync(root).filter((name) => existsSync(join(root, name, "model.json"))) : [];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const known = there.sort((a, b) => rank(a) - rank(b));
  const missing = names?.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`shippedModels: there is no model "${missing}"; known: ${known.join(", ")}.`);
  }
  return (names ?? known).map((name) => ({ folder: join(root, name), name }));
}
