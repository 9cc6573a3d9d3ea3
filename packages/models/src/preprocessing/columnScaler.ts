import { isTensor, requireCols, requireMatrix } from "../core/features.js";
import type { OptionReader } from "../core/options.js";
import { readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { FitOptions, Matrix, ModelKind, ModelState, StateValue, Tensor, Transformer } from "../core/types.js";

/** A scaler maps each column by (x − centre) / scale. Of a tensor, the last axis holds the columns. */
export interface ColumnScaler extends Transformer<Matrix | Tensor, Matrix | Tensor> {
  fit(x: Matrix | Tensor, y?: readonly string[], options?: FitOptions): this;
  /** float32 in, float32 out; double in, double out. `x` is not modified. */
  transform<X extends Matrix | Tensor>(x: X): X;
  /** Back to the original units. */
  inverseTransform<X extends Matrix | Tensor>(x: X): X;
  readonly center: Float64Array;
  readonly scale: Float64Array;
  getState(): ModelState;
}

interface Learned {
  center: Float64Array;
  scale: Float64Array;
}

interface Definition<O extends Record<string, OptionReader<unknown>>> {
  kind: string;
  options: O;
  learn(x: Matrix, options: { [K in keyof O]: ReturnType<O[K]> }): Learned;
}

/** Makes a scaler and its registry entry from how it learns centre and scale. */
export function defineScaler<O extends Record<string, OptionReader<unknown>>>({ kind, options, learn }: Definition<O>) {
  const build = (given: object | undefined, restored?: Learned): ColumnScaler => {
    const chosen = readOptions(kind, given, options);
    let learned = restored;
    const need = (fn: string): Learned => {
      if (!learned) throw notFitted(kind, fn);
      return learned;
    };
    const apply = <X extends Matrix | Tensor>(
      fn: string,
      x: X,
      map: (v: number, c: number, s: number) => number,
    ): X => {
      const { center, scale } = need(fn);
      const { data, cols } = asMatrix(kind, x);
      requireCols(kind, center.length, cols);
      const out = data.slice();
      for (let i = 0; i < out.length; ) {
        for (let j = 0; j < cols; j++, i++) out[i] = map(out[i], center[j], scale[j]);
      }
      return { ...x, data: out };
    };
    return {
      kind,
      get center() {
        return need("center").center;
      },
      get scale() {
        return need("scale").scale;
      },
      fit(x) {
        const matrix = asMatrix(kind, x);
        if (matrix.rows === 0) throw new RangeError(`${kind}: fit needs at least one sample, got 0.`);
        learned = learn(matrix, chosen);
        return this;
      },
      transform: (x) => apply("transform", x, (v, c, s) => (v - c) / s),
      inverseTransform: (x) => apply("inverseTransform", x, (v, c, s) => v * s + c),
      getState() {
        const { center, scale } = need("getState");
        return { kind, options: chosen as Record<string, StateValue>, center: tensor(center), scale: tensor(scale) };
      },
      toJSON() {
        return stateToJson(this.getState());
      },
      dispose() {},
    };
  };
  const registered: ModelKind = {
    create: (given) => build(given),
    restore(state) {
      const read = readState(state);
      const center = read.float64("center", [-1]);
      return build(read.options(), { center, scale: read.float64("scale", [center.length]) });
    },
  };
  return { build: (given?: object) => build(given), registered };
}

function asMatrix(kind: string, x: Matrix | Tensor): Matrix {
  if (!isTensor(x)) return requireMatrix(kind, x);
  const cols = x.shape[x.shape.length - 1] ?? 1;
  return requireMatrix(kind, { data: x.data, rows: cols ? x.data.length / cols : 0, cols });
}
