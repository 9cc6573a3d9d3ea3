import { getKernel, type NamedAttrMap, type Tensor } from "@tensorflow/tfjs-core";
import { defineGradient, runKernel } from "../kernels/override.js";
import { routeLstm } from "./routeLstm.js";
import { routeNorm } from "./routeNorm.js";
import { attributesOf, NATIVE_BACKEND, type NativeBackend, route } from "./tensorflowBackend.js";

interface ConvAttrs {
  strides: [number, number];
  pad: "same" | "valid";
  relu: boolean;
}

/**
 * Routes what tfjs takes apart, at the price of most of a training step, to operations that TensorFlow has whole: convolution with
 * bias and ReLU, gradients of activations, batch normalisation and LSTM.
 */
export function registerRoutes(backend: NativeBackend): void {
  routeActivations(backend);
  routeConvolution(backend);
  routeNorm(backend);
  routeLstm(backend);
  // TensorFlow 2.21 rounds whole numbers to zero.
  const round = getKernel("Round", NATIVE_BACKEND);
  route(
    "Round",
    ({ x }) => (x.dtype === "int32" ? x.clone() : (round.kernelFunc({ inputs: { x }, backend }) as Tensor)),
    { replaces: true },
  );
}

/** Gradients from outputs, by the names that our own kernels have: the registered gradients find them. */
function routeActivations(backend: NativeBackend): void {
  const { float } = attributesOf(backend);
  for (const name of ["Relu", "Relu6"]) {
    route(`${name}Gradient`, ({ dy, y }) => backend.executeSingleOutput(`${name}Grad`, [float()], [dy, y]));
  }
  for (const name of ["Sigmoid", "Tanh"]) {
    route(`${name}Gradient`, ({ dy, y }) => backend.executeSingleOutput(`${name}Grad`, [float()], [y, dy]));
  }
}

function routeConvolution(backend: NativeBackend): void {
  const { float, text, flag, whole } = attributesOf(backend);
  const format = text("data_format", "NHWC");
  route<ConvAttrs>("FusedConv", ({ x, filter, bias }, { strides, pad, relu }) => {
    const attributes = [
      ...[float(), format, text("padding", pad.toUpperCase()), flag("use_cudnn_on_gpu", true)],
      ...[whole("strides", [1, ...strides, 1]), whole("dilations", [1, 1, 1, 1])],
    ];
    const then = (name: string, extra: typeof attributes, from: Tensor, ...more: Tensor[]): Tensor => {
      const y = backend.executeSingleOutput(name, extra, [from, ...more]);
      from.dispose();
      return y;
    };
    let y = backend.executeSingleOutput("Conv2D", attributes, [x, filter]);
    if (bias) y = then("BiasAdd", [float(), format], y, bias);
    return relu ? then("Relu", [float()], y) : y;
  });
  route("BiasGradient", ({ dy }) => backend.executeSingleOutput("BiasAddGrad", [float(), format], [dy]));
  // Each gradient when it is asked for: the first layer's input needs none.
  defineGradient("FusedConv", ["x", "filter"], [true], (dy, [x, filter, y], attrs) => {
    const { relu, strides, pad } = attrs as ConvAttrs;
    const dz = relu ? runKernel("ReluGradient", { dy, y }) : dy;
    const shared: NamedAttrMap = { strides, pad, dataFormat: "NHWC" };
    return {
      x: () => runKernel("Conv2DBackpropInput", { dy: dz, filter }, { ...shared, inputShape: x.shape }),
      filter: () => runKernel("Conv2DBackpropFilter", { x, dy: dz }, { ...shared, filterShape: filter.shape }),
      bias: (): Tensor => runKernel("BiasGradient", { dy: dz }),
    };
  });
}
