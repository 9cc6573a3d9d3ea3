import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { liftTensors, namedError, placeTensors, stateFromJson } from "./state.js";
import type { ModelState } from "./types.js";

/** The tensor that holds everything that is no tensor, as JSON. */
const rest = "$state";

/** A state (a checkpoint, a model) as the bytes of one safetensors file; equal states give equal bytes. */
export function packState(given: ModelState): Uint8Array {
  const { state, tensors } = liftTensors(given);
  const json = new TextEncoder().encode(JSON.stringify(state));
  return writeSafetensors({ ...tensors, [rest]: { data: json, shape: [json.length] } });
}

/**
 * The state that {@link packState} packed.
 *
 * @param fn what errors start with, usually the file's name
 * @throws RangeError if the file is cut short or none of ours, naming what is wrong
 */
export function unpackState(bytes: Uint8Array, fn = "unpackState"): ModelState {
  const { [rest]: json, ...tensors } = readSafetensors(bytes, fn);
  if (!(json?.data instanceof Uint8Array))
    throw new RangeError(`${fn}: holds no state; is it a checkpoint of Earshot?`);
  const plain = parseRest(fn, json.data);
  try {
    return stateFromJson(placeTensors(plain, tensors, `${fn}:`));
  } catch (error) {
    throw namedError(error, `${fn}: its state`);
  }
}

function parseRest(fn: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new RangeError(`${fn}: what it holds beside tensors is no JSON; the file is damaged.`);
  }
}
