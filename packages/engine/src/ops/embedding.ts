import { cast, gather, type Tensor } from "@tensorflow/tfjs-core";
import { isOurs, runKernel } from "../kernels/override.js";

/**
 * Rows of a table by index: words as vectors.
 *
 * @param table [rows, size]
 * @param index whole numbers in [0, rows), any shape; others stand for zeros
 * @returns [...index, size]; the gradient adds up rows in the order of the index
 */
export function embedding(table: Tensor, index: Tensor): Tensor {
  if (table.rank !== 2) throw new RangeError(`embedding: table must be [rows, size], got [${table.shape}].`);
  const whole = index.dtype === "int32" ? index : cast(index, "int32");
  return isOurs() ? runKernel("Lookup", { table, index: whole }) : gather(table, whole);
}
