import { concat, slice, type Tensor, tidy, transpose, zeros, zerosLike } from "@tensorflow/tfjs-core";
import { defineGradient, runKernel } from "../kernels/override.js";
import { attributesOf, type NativeBackend, type OpAttribute, route } from "./tensorflowBackend.js";

/**
 * An LSTM over whole sequences as BlockLSTMV2 and its gradient: x [batch, steps, features], kernel, recurrent, bias with gates in
 * Keras' order, h0 and c0 [batch, units] give the states of all steps, [batch, steps, units].
 */
export function routeLstm(backend: NativeBackend): void {
  const { float, number, flag } = attributesOf(backend);
  const { binding } = backend;

  const execute = (
    name: string,
    attributes: OpAttribute[],
    steps: number,
    inputs: Tensor[],
    outputs: number,
  ): Tensor[] => {
    // Its first input is a 64-bit whole number, which tfjs has no tensor for.
    const length = binding.createTensor([], binding.TF_INT64, Int32Array.of(steps, 0));
    try {
      const ids = [length, ...backend.getInputTensorIds(inputs)];
      return binding.executeOp(name, attributes, ids, outputs).map((made) => backend.createOutputTensor(made));
    } finally {
      binding.deleteTensor(length);
    }
  };
  const peephole = flag("use_peephole", false);
  const timeMajor = (t: Tensor): Tensor => transpose(t, [1, 0, 2]);

  route("FusedLstm", ({ x, kernel, recurrent, bias, h0, c0 }) =>
    tidy(() => {
      const xt = timeMajor(x);
      const weights = concat([kernel, recurrent], 0);
      const none = zeros([recurrent.shape[0]]);
      const inputs = [xt, c0, h0, weights, none, none, none, bias];
      const outputs = execute(
        "BlockLSTMV2",
        [float(), number("cell_clip", 0), peephole],
        x.shape[1] as number,
        inputs,
        7,
      );
      return [timeMajor(outputs[6]), xt, weights, ...outputs];
    }),
  );

  route("FusedLstmGradient", ({ dh, bias, h0, c0, xt, weights, ...states }) =>
    tidy(() => {
      const [steps, , features] = xt.shape as number[];
      const units = h0.shape[1] as number;
      const none = zeros([units]);
      const given = ["i", "cs", "f", "o", "ci", "co", "h"].map((name) => states[name]);
      const dht = timeMajor(dh);
      const inputs = [xt, c0, h0, weights, none, none, none, bias, ...given, zerosLike(dht), dht];
      const outputs = execute("BlockLSTMGradV2", [float(), peephole], steps, inputs, 8);
      const [dx, dc0, dh0, dWeights] = outputs;
      const dKernel = slice(dWeights, [0, 0], [features, 4 * units]);
      const dRecurrent = slice(dWeights, [features, 0], [units, 4 * units]);
      return [timeMajor(dx), dKernel, dRecurrent, outputs[7], dh0, dc0];
    }),
  );

  const saved = [false, ...new Array<boolean>(9).fill(true)];
  defineGradient("FusedLstm", ["bias", "h0", "c0"], saved, (dh, tensors) => {
    const [bias, h0, c0, xt, weights, i, cs, f, o, ci, co, h] = tensors;
    const inputs = { dh, bias, h0, c0, xt, weights, i, cs, f, o, ci, co, h };
    const [dx, dKernel, dRecurrent, dBias, dh0, dc0] = runKernel<Tensor[]>("FusedLstmGradient", inputs);
    return {
      x: () => dx,
      kernel: () => dKernel,
      recurrent: () => dRecurrent,
      bias: () => dBias,
      h0: () => dh0,
      c0: () => dc0,
    };
  });
}
