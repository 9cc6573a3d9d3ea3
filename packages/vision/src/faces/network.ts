import type { Session } from "../onnx/session.js";
import { openSession } from "../onnx/session.js";

/** A network that is opened once, with the promise of a sentence about weights that do not fit. */
export async function openDetector(
  fn: string,
  weights: string | Uint8Array,
  outputs: readonly string[],
): Promise<Session> {
  const session = await openSession(fn, weights);
  const missing = outputs.filter((name) => !session.outputNames.includes(name));
  if (missing.length === 0) return session;
  session.release();
  throw new RangeError(
    `${fn}: the weights are of another network: outputs ${missing.join(", ")} are missing among ${session.outputNames.join(", ")}.`,
  );
}
