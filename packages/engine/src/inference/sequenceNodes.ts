import { packedProduct } from "../kernels/matmul.js";
import { gruStates, lstmStates } from "../kernels/recurrent.js";
import { activate, type Node, requireLength, requireShape, type Site, sequenceOf } from "./node.js";
import { packMatrix } from "./rowNodes.js";
import type { AttentionPoolStep, RecurrentStep } from "./steps.js";

export function recurrentNode(step: RecurrentStep, inShape: readonly number[], site: Site): Node {
  const { backend, place, fail } = site;
  const [T, F] = sequenceOf(inShape, site);
  const H = step.directions[0]?.recurrent.shape[0] ?? 0;
  if (!(H > 0) || H % 4) fail(`needs units in multiples of 4, got ${H}`);
  const isLstm = step.op === "lstm";
  const G = (isLstm ? 4 : 3) * H;
  const sources = step.directions.map(({ kernel, recurrent, bias, recurrentBias, reverse }) => {
    requireShape("kernel", kernel, [F, G], site);
    requireShape("recurrent kernel", recurrent, [H, G], site);
    requireLength("bias", bias, G, site);
    requireLength("recurrent bias", recurrentBias, G, site);
    return {
      kernel: place(kernel.data),
      recurrent: place(recurrent.data),
      bias: place(bias),
      recurrentBias: recurrentBias ? place(recurrentBias) : 0,
      reverse,
    };
  });
  const wide = H * sources.length;
  const rows = step.sequences ? T : 1;
  const hard = step.gate === "hardSigmoid";
  return {
    outShape: step.sequences ? [T, wide] : [wide],
    // Inputs by time, cells or inner states, states before, gates; and the states of one direction.
    scratch: T * (F + 2 * H + G) + rows * H,
    run(B, x, y, scratch) {
      const part = (numbers: number): number => scratch + 4 * B * numbers;
      const places = { x: scratch, before: part(T * F), gates: part(T * (F + H)) };
      const more = part(T * (F + H + G));
      const apart = part(T * (F + 2 * H + G));
      for (const [i, { reverse, ...source }] of sources.entries()) {
        const h = sources.length === 1 ? y : apart;
        const attrs = { reverse, hard, after: source.recurrentBias !== 0, last: !step.sequences };
        const [sizes, from] = [
          { B, T, F, H },
          { x, ...source },
        ];
        if (isLstm) lstmStates(backend, sizes, from, { ...places, h, c: more }, attrs);
        else gruStates(backend, sizes, from, { ...places, h, inner: more }, attrs);
        if (h !== y) backend.pool.run("copyRows", B * rows, B * rows, h, 4 * H, y + 4 * i * H, 4 * wide, H);
      }
    },
  };
}

export function attentionPoolNode(step: AttentionPoolStep, inShape: readonly number[], site: Site): Node {
  const { backend, place } = site;
  const { kernel, bias, score, deviation } = step;
  const [T, F] = sequenceOf(inShape, site);
  const U = kernel.shape[1];
  requireShape("kernel", kernel, [F, U], site);
  requireLength("bias", bias, U, site);
  requireShape("score", score, [U, 1], site);
  const [packed, packedScore, biasAt] = [packMatrix(site, kernel), packMatrix(site, score), place(bias)];
  return {
    outShape: [deviation ? 2 * F : F],
    scratch: T * (U + 1),
    run(n, x, y, scratch) {
      const rows = n * T;
      const scores = scratch + 4 * rows * U;
      packedProduct(backend, { address: x, rows, cols: F }, packed, U, scratch, { bias: biasAt });
      activate(backend, "tanh", rows * U, scratch);
      packedProduct(backend, { address: scratch, rows, cols: U }, packedScore, 1, scores);
      backend.pool.run("softmax", n, Math.max(1, Math.floor(4096 / T)), scores, scores, T, 0);
      const grain = Math.max(1, Math.floor(32768 / (T * F)));
      backend.pool.run("weightedMoments", n, grain, scores, x, T, F, deviation ? 1 : 0, y);
    },
  };
}
