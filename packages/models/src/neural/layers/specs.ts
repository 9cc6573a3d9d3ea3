import type { Initialiser } from "@earshot/engine";
import type { ActivationName } from "./activation.js";

type Pair = number | readonly [number, number];

/** A layer as a recipe writes it. Images are [height, width, channels] or [height, width]; sequences are [steps, features]. */
export type LayerSpec =
  | { kind: "dense"; units: number; activation?: ActivationName; useBias?: boolean; initialiser?: Initialiser }
  | {
      kind: "conv2d";
      filters: number;
      /** Default 3. */
      size?: Pair;
      strides?: Pair;
      dilations?: Pair;
      /** Default same; a number pads as many pixels at each side, as PyTorch does. */
      pad?: "same" | "valid" | number;
      activation?: ActivationName;
      /** Default true, false before a batch normalisation, which has its own. */
      useBias?: boolean;
    }
  | {
      kind: "depthwiseConv2d";
      size?: Pair;
      strides?: Pair;
      pad?: "same" | "valid" | number;
      activation?: ActivationName;
      useBias?: boolean;
    }
  | {
      kind: "conv1d";
      filters: number;
      size?: number;
      strides?: number;
      dilations?: number;
      pad?: "same" | "valid";
      activation?: ActivationName;
      useBias?: boolean;
    }
  | { kind: "batchNorm"; momentum?: number; epsilon?: number }
  | { kind: "dropout"; rate: number }
  | { kind: "activation"; activation: ActivationName }
  | { kind: "maxFeatureMap" }
  | { kind: "maxPool" | "averagePool"; size?: Pair; strides?: Pair; pad?: "same" | "valid" | number }
  /** Every strides-th pixel, and channels of zeros on both sides of its own: a shortcut without weights (He et al. 2016, option A). */
  | { kind: "subsample"; filters: number; strides?: Pair }
  | { kind: "globalPool"; mode?: "average" | "max" | "both" }
  | { kind: "flatten" }
  | { kind: "sequence" }
  | {
      kind: "lstm" | "gru";
      units: number;
      bidirectional?: boolean;
      /** All steps rather than the last (default false). */
      sequences?: boolean;
    }
  | {
      kind: "attentionPool";
      /** Of the scoring layer (default 64). */
      units?: number;
      /** Adds the weighted deviation to the weighted mean (default false). */
      deviation?: boolean;
    }
  /** scale · cosine between its input and each unit's direction, without bias (default scale 1): the output of AM-softmax. */
  | { kind: "cosine"; units: number; scale?: number }
  | {
      kind: "residual";
      layers: readonly LayerSpec[];
      /** The way past the layers (default: nothing, or a 1×1 convolution with batch normalisation where shapes differ). */
      shortcut?: readonly LayerSpec[];
      activation?: ActivationName;
    };
