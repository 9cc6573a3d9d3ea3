import { cast, mul, ones, reverse, type Tensor } from "@tensorflow/tfjs-core";
import { layers as factories } from "@tensorflow/tfjs-layers";
import { dropout } from "../ops/normalise.js";
import { type GruWeights, gru, type LstmWeights, lstm, type RecurrentOptions } from "../ops/recurrent.js";
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

type Run = (
  x: Tensor,
  weights: LstmWeights & GruWeights,
  options: RecurrentOptions & { dropThrough: boolean },
) => Tensor;

/** LSTM and GRU layers of tfjs as one kernel a direction. States that are given or returned, and other activations, keep tfjs' way. */
export function patchRecurrent(): void {
  patchCall<RecurrentLayer>(factories.lstm({ units: 4 }), (layer, x, kwargs) => fast(layer, x, kwargs, lstm));
  patchCall<RecurrentLayer>(factories.gru({ units: 4, recurrentActivation: "sigmoid" }), (layer, x, kwargs) =>
    fast(layer, x, kwargs, gru),
  );
}

function fast(
  layer: RecurrentLayer,
  x: Tensor,
  { training, mask, initialState }: Record<string, unknown>,
  run: Run,
): Tensor | undefined {
  const { cell } = layer;
  const gate = cell.recurrentActivation.getClassName();
  const usual = cell.activation.getClassName() === "tanh" && (gate === "sigmoid" || gate === "hardSigmoid");
  if (!usual || layer.stateful || layer.returnState || initialState || cell.units % 4 || !cell.bias) return undefined;
  const drops = training ? cell.recurrentDropout : 0;

  const [batch, , features] = x.shape as number[];
  const seed = (): number => Math.floor(Math.random() * 2 ** 31);
  const kept = training && cell.dropout ? mul(x, dropout(ones([batch, 1, features]), cell.dropout, seed())) : x;
  const weights = { kernel: cell.kernel.read(), recurrent: cell.recurrentKernel.read(), bias: cell.bias.read() };
  const h = run(kept, weights, {
    reverse: layer.goBackwards,
    gate,
    mask: mask ? cast(mask as Tensor, "float32") : undefined,
    drop: drops ? dropout(ones([batch, cell.units]), drops, seed()) : undefined,
    dropThrough: true,
    last: !layer.returnSequences,
  });
  // Keras lists a backwards layer's outputs in the order it made them.
  return layer.returnSequences && layer.goBackwards ? reverse(h, 1) : h;
}
