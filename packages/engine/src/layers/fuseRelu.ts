import { layers as factories, LayersModel } from "@tensorflow/tfjs-layers";
import { type AnyLayer, patchCall } from "./patch.js";

interface GraphLayer {
  activation?: { getClassName(): string };
  getClassName(): string;
  inboundNodes: { inboundLayers: GraphLayer[] }[];
  outboundNodes: { outboundLayer: GraphLayer }[];
}

interface Model {
  layers: GraphLayer[];
  outputLayers: GraphLayer[];
  compile(args: object): void;
}

/** The activation that each batch normalisation computes along while training. */
const followers = new WeakMap<object, object>();
/** Activations whose work their batch normalisation has just done. */
const done = new WeakSet<object>();
const patched = new WeakSet<object>();

/** Whether a batch normalisation is to apply the ReLU after it; if so, that layer will pass its next input on. */
export function takesRelu(norm: object): boolean {
  const activation = followers.get(norm);
  if (activation) done.add(activation);
  return activation !== undefined;
}

/** In a compiled model, batch normalisations take over a ReLU where nothing else reads what lies between. */
export function patchCompile(): void {
  const prototype = LayersModel.prototype as unknown as Model;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const original = prototype.compile;
  prototype.compile = function (args) {
    original.call(this, args);
    for (const layer of this.layers) {
      if (layer.getClassName() !== "BatchNormalization") continue;
      const next = layer.outboundNodes.map((node) => node.outboundLayer);
      const alone = next.length === 1 && next[0].inboundNodes.length === 1 && !this.outputLayers.includes(layer);
      const relu = next[0]?.getClassName() === "Activation" && next[0].activation?.getClassName() === "relu";
      if (alone && relu) followers.set(layer, next[0]);
      else followers.delete(layer);
    }
  };
}

export function patchActivation(): void {
  patchCall<AnyLayer>(factories.activation({ activation: "relu" }), (layer, x) =>
    done.delete(layer) ? x.clone() : undefined,
  );
}
