import { cast, mul, ones, reverse, slice, squeeze, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { layers as factories } from "@tensorflow/tfjs-layers";
import { isOurs } from "../kernels/override.js";
import { dropout } from "../ops/normalise.js";
import { type GruWeights, gru, type LstmWeights, lstm, lstmAndCell, type RecurrentOptions } from "../ops/recurrent.js";
import { type Activation, type LayerVariable, patchCall } from "./patch.js";

interface Cell {
  units: number;
  kernel: LayerVariable;
  recurrentKernel: LayerVariable;
  bias: LayerVariable | null;
  useBias: boolean;
  activation: Activation;
  recurrentActivation: Activation;
  dropout: number;
  recurrentDropout: number;
}

interface RecurrentLayer {
  cell: Cell;
  stateful: boolean;
  returnState: boolean;
  returnSequences: boolean;
  goBackwards: boolean;
}

type Options = RecurrentOptions & { c0?: Tensor; dropThrough: boolean };
/** Gives the outputs, and where the layer returns its state what the cell keeps beside them. */
type Run = (x: Tensor, weights: LstmWeights & GruWeights, options: Options, state: boolean) => Tensor[];

/** LSTM and GRU layers of tfjs as one kernel a direction. Stateful layers and other activations keep tfjs' way. */
export function patchRecurrent(): void {
  patchCall<RecurrentLayer>(factories.lstm({ units: 4 }), (layer, x, kwargs) =>
    fast(layer, x, kwargs, 2, (x, weights, options, state) =>
      state ? lstmAndCell(x, weights, options) : [lstm(x, weights, options)],
    ),
  );
  patchCall<RecurrentLayer>(factories.gru({ units: 4, recurrentActivation: "sigmoid" }), (layer, x, kwargs) =>
    fast(layer, x, kwargs, 1, (x, weights, options) => [gru(x, weights, options)]),
  );
}

function fast(
  layer: RecurrentLayer,
  x: Tensor,
  { training, mask, initialState }: Record<string, unknown>,
  stateCount: number,
  run: Run,
): Tensor | Tensor[] | undefined {
  const { cell, returnState, returnSequences, goBackwards } = layer;
  const gate = cell.recurrentActivation.getClassName();
  const usual = cell.activation.getClassName() === "tanh" && (gate === "sigmoid" || gate === "hardSigmoid");
  if (!usual || layer.stateful || cell.units % 4) return undefined;
  const drops = training ? cell.recurrentDropout : 0;
  const given = (initialState ?? []) as Tensor[];
  if (given.length && (drops || given.length !== stateCount)) return undefined;
  // The routes to TensorFlow's own library begin with zeros and give no states.
  if (!isOurs() && (given.length || returnState)) return undefined;

  const [batch, steps, features] = x.shape as number[];
  const seed = (): number => Math.floor(Math.random() * 2 ** 31);
  const kept = training && cell.dropout ? mul(x, dropout(ones([batch, 1, features]), cell.dropout, seed())) : x;
  const kernel = cell.kernel.read();
  const bias = cell.bias?.read() ?? zeros([kernel.shape[1] as number]);
  const options = {
    ...{ reverse: goBackwards, gate, h0: given[0], c0: given[1] },
    mask: mask ? cast(mask as Tensor, "float32") : undefined,
    drop: drops ? dropout(ones([batch, cell.units]), drops, seed()) : undefined,
    dropThrough: true,
    last: !returnSequences,
  };
  const weights = { kernel, recurrent: cell.recurrentKernel.read(), bias };
  const [h, ...own] = run(kept, weights, options as Options, returnState);
  // Keras lists a backwards layer's outputs in the order it made them.
  const output = returnSequences && goBackwards ? reverse(h, 1) : h;
  if (!returnState) return output;
  const end = returnSequences ? squeeze(slice(output, [0, steps - 1, 0], [batch, 1, cell.units]), [1]) : h.clone();
  return [output, end, ...own];
}
