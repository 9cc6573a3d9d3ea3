import { layers as factories } from "@tensorflow/tfjs-layers";
import { type AnyLayer, patchCall } from "./patch.js";

interface GraphLayer {
  activation?: { getClassName(): string };
  getClassName(): string;
  inboundNodes: { inboundLayers: GraphLayer[] }[];
  outboundNodes: { outboundLayer: GraphLayer }[];
}

/** A model of tfjs, as far as its graph goes. */
export interface GraphModel {
  layers: GraphLayer[];
  outputLayers: GraphLayer[];
}

/** The activation that each batch normalisation computes along while training. */
const followers = new WeakMap<object, object>();
/** Activations whose work their batch normalisation has just done. */
const done = new WeakSet<object>();

/** Whether a batch normalisation is to apply the ReLU after it; if so, that layer will pass its next input on. */
export function takesRelu(norm: object): boolean {
  const activation = followers.get(norm);
  if (activation) done.add(activation);
  return activation !== undefined;
}

/** In a compiled model, batch normalisations take over a ReLU where nothing else reads what lies between. */
export function fuseRelus(model: GraphModel): void {
  for (const layer of model.layers) {
    if (layer.getClassName() !== "BatchNormalization") continue;
    const next = layer.outboundNodes.map((node) => node.outboundLayer);
    const alone = next.length === 1 && next[0].inboundNodes.length === 1 && !model.outputLayers.includes(layer);
    const relu = next[0]?.getClassName() === "Activation" && next[0].activation?.getClassName() === "relu";
    if (alone && relu) followers.set(layer, next[0]);
    else followers.delete(layer);
  }
}

export function patchActivation(): void {
  patchCall<AnyLayer>(factories.activation({ activation: "relu" }), (layer, x) =>
    done.delete(layer) ? x.clone() : undefined,
  );
}
