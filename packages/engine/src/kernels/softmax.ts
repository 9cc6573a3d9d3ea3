import { getGradient, util } from "@tensorflow/tfjs-core";
import { define, defineGradient, override, overrideGradient, runKernel } from "./override.js";

/** Rows of so many columns that a thread takes at a time. */
const grainOf = (cols: number): number => Math.max(1, Math.floor(4096 / cols));

/** Softmax and the cross-entropies, each with its gradient in one kernel. */
export function registerSoftmax(): void {
  override("Softmax", (backend, { logits }, { dim }: { dim: number }) => {
    const last = logits.shape.length - 1;
    if (logits.dtype !== "float32" || (dim !== -1 && dim !== last)) return undefined;
    const cols = logits.shape[last];
    const from = backend.address(logits);
    const out = backend.output(logits.shape);
    const rows = util.sizeFromShape(logits.shape) / cols;
    backend.pool.run("softmax", rows, grainOf(cols), from, backend.address(out), cols, 0);
    return out;
  });
  define("SoftmaxCrossEntropy", (backend, { logits, targets, weights }) => {
    const [rows, cols] = logits.shape;
    const [pl, pt, pw] = [backend.address(logits), backend.address(targets), weights ? backend.address(weights) : 0];
    const loss = backend.output([rows]);
    const gradient = backend.output([rows, cols]);
    const grain = Math.max(1, Math.floor(2048 / cols));
    backend.pool.run("crossEntropy", rows, grain, pl, pt, pw, backend.address(loss), backend.address(gradient), cols);
    return [loss, gradient];
  });
  define("SoftmaxGradient", (backend, { dy, y }) => {
    const cols = y.shape[y.shape.length - 1];
    const [pd, py] = [backend.address(dy), backend.address(y)];
    const out = backend.output(y.shape);
    const rows = util.sizeFromShape(y.shape) / cols;
    backend.pool.run("softmaxGradient", rows, grainOf(cols), pd, py, backend.address(out), cols);
    return out;
  });
  const plain = getGradient("Softmax");
  overrideGradient("Softmax", (dy, saved, attrs) => {
    const [y] = saved;
    const { dim } = attrs as unknown as { dim: number };
    if (Array.isArray(dy) || dy.dtype !== "float32" || (dim !== -1 && dim !== y.rank - 1)) {
      return plain.gradFunc(dy, saved, attrs);
    }
    return { logits: () => runKernel("SoftmaxGradient", { dy, y }) };
  });
  define("ScaleRows", (backend, { x, scale }) => {
    const rows = util.sizeFromShape(scale.shape);
    const [px, ps] = [backend.address(x), backend.address(scale)];
    const cols = util.sizeFromShape(x.shape) / rows;
    const out = backend.output(x.shape);
    backend.pool.run("scaleRows", rows, Math.max(1, Math.floor(16384 / cols)), px, ps, backend.address(out), cols);
    return out;
  });
  define("ProbabilityCrossEntropy", (backend, { probabilities, targets }) => {
    const { shape } = probabilities;
    const cols = shape[shape.length - 1];
    const [pp, pt] = [backend.address(probabilities), backend.address(targets)];
    const loss = backend.output(shape.slice(0, -1));
    const gradient = backend.output(shape);
    const rows = util.sizeFromShape(shape) / cols;
    const low = backend.epsilon();
    const places = [pp, pt, backend.address(loss), backend.address(gradient)];
    backend.pool.run("probabilityCrossEntropy", rows, grainOf(cols), ...places, cols, low, 1 - low);
    return [loss, gradient];
  });
  defineGradient("SoftmaxCrossEntropy", [], [false, true], (dy, [gradient]) => ({
    logits: () => runKernel("ScaleRows", { x: gradient, scale: dy }),
  }));
  defineGradient("ProbabilityCrossEntropy", [], [false, true], (dy, [gradient]) => ({
    probabilities: () => runKernel("ScaleRows", { x: gradient, scale: dy }),
  }));
}
