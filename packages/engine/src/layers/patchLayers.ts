import { add, dispose, mul, reshape, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { layers as factories } from "@tensorflow/tfjs-layers";
import { conv2d } from "../ops/convolve.js";
import { dense } from "../ops/dense.js";
import { batchNormPredict, batchNormTrain } from "../ops/normalise.js";
import { patchActivation, takesRelu } from "./fuseRelu.js";
import { type Activation, finish, type LayerVariable, patchCall } from "./patch.js";
import { patchAdam } from "./patchAdam.js";
import { patchCompile } from "./patchCompile.js";
import { patchRecurrent } from "./patchRecurrent.js";

interface ConvLayer {
  rank: number;
  kernel: LayerVariable;
  bias: LayerVariable | null;
  strides: number[];
  padding: string;
  dataFormat: string;
  dilationRate: number | number[];
  activation: Activation | null;
}

interface DenseLayer {
  kernel: LayerVariable;
  bias: LayerVariable | null;
  activation: Activation | null;
}

interface NormLayer {
  axis: number;
  epsilon: number;
  momentum: number;
  gamma: LayerVariable | null;
  beta: LayerVariable | null;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
}

/**
 * Makes the layers of tfjs use our kernels, so that `LayersModel.fit` is fast: dense, convolution, batch normalisation,
 * recurrent layers, cross-entropy, Adam. What they compute stays the same, and so do saved models.
 */
export function patchLayers(): void {
  patchCall<ConvLayer>(factories.conv2d({ filters: 1, kernelSize: 1 }), (layer, x) => {
    if (layer.dataFormat === "channelsFirst" || layer.padding === "causal") return undefined;
    const pair = (v: number | number[]): [number, number] => (typeof v === "number" ? [v, v] : [v[0], v[1]]);
    return finish(layer.activation, (relu) =>
      conv2d(x, layer.kernel.read(), layer.bias?.read(), {
        strides: pair(layer.strides),
        pad: layer.padding as "same" | "valid",
        dilations: pair(layer.dilationRate),
        relu,
      }),
    );
  });
  patchCall<ConvLayer>(factories.conv1d({ filters: 1, kernelSize: 1 }), (layer, x) => {
    if (layer.dataFormat === "channelsFirst" || layer.padding === "causal") return undefined;
    const [n, length, channels] = x.shape;
    const kernel = layer.kernel.read() as Tensor;
    const dilation = typeof layer.dilationRate === "number" ? layer.dilationRate : layer.dilationRate[0];
    return finish(layer.activation, (relu) => {
      const image = reshape(x, [n, 1, length, channels]);
      const filter = reshape(kernel, [1, ...kernel.shape]);
      const y = conv2d(image, filter, layer.bias?.read(), {
        strides: [1, layer.strides[0]],
        pad: layer.padding as "same" | "valid",
        dilations: [1, dilation],
        relu,
      });
      const [, , steps, filters] = y.shape as number[];
      return reshape(y, [n, steps, filters]);
    });
  });
  patchCall<DenseLayer>(factories.dense({ units: 1 }), (layer, x) => {
    const kernel = layer.kernel.read() as Tensor;
    return finish(layer.activation, (relu) => {
      const inputs = kernel.shape[0] as number;
      const rows = x.rank === 2 ? x : reshape(x, [-1, inputs]);
      const y = dense(rows, kernel, layer.bias?.read(), { relu });
      return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), kernel.shape[1]] as number[]);
    });
  });
  patchCall<NormLayer>(factories.batchNormalization(), (layer, x, { training }) => {
    const axis = layer.axis < 0 ? layer.axis + x.rank : layer.axis;
    if (axis !== x.rank - 1 || !layer.gamma || !layer.beta) return undefined;
    const [gamma, beta] = [layer.gamma.read(), layer.beta.read()];
    const options = { epsilon: layer.epsilon, relu: takesRelu(layer) };
    if (!training) {
      const [mean, variance] = [layer.movingMean.read(), layer.movingVariance.read()];
      return batchNormPredict(x, { gamma, beta, mean, variance }, options);
    }
    const { y, mean, variance } = batchNormTrain(x, gamma, beta, options);
    follow(layer.movingMean, mean, layer.momentum);
    follow(layer.movingVariance, variance, layer.momentum);
    dispose([mean, variance]);
    return y;
  });
  patchActivation();
  patchCompile();
  patchRecurrent();
  patchAdam();
}

function follow(moving: LayerVariable, batch: Tensor, momentum: number): void {
  tidy(() => void moving.write(add(mul(moving.read(), momentum), mul(batch, 1 - momentum))));
}
