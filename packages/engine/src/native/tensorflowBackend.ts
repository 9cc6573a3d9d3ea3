import {
  type NamedAttrMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";

/** The name under which tfjs knows TensorFlow's library. */
export const NATIVE_BACKEND = "tensorflow";

/** An attribute of one of TensorFlow's operations, as the addon takes it. */
export interface OpAttribute {
  name: string;
  type: number;
  value: boolean | number | string | number[];
}

/** The backend of `@tensorflow/tfjs-node`, as far as we touch it. */
export interface NativeBackend {
  binding: {
    TF_Version: string;
    TF_FLOAT: number;
    TF_INT64: number;
    TF_ATTR_STRING: number;
    TF_ATTR_INT: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_TYPE: number;
    createTensor(shape: number[], dtype: number, values: Int32Array): number;
    deleteTensor(id: number): void;
    executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): object[];
  };
  isUsingGpuDevice: boolean;
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
  getInputTensorIds(inputs: TensorInfo[]): number[];
  createOutputTensor(metadata: object): Tensor;
}

/** Attributes of operations on float32, by kind. */
export function attributesOf({ binding: b }: NativeBackend) {
  return {
    float: (name = "T"): OpAttribute => ({ name, type: b.TF_ATTR_TYPE, value: b.TF_FLOAT }),
    text: (name: string, value: string): OpAttribute => ({ name, type: b.TF_ATTR_STRING, value }),
    number: (name: string, value: number): OpAttribute => ({ name, type: b.TF_ATTR_FLOAT, value }),
    flag: (name: string, value: boolean): OpAttribute => ({ name, type: b.TF_ATTR_BOOL, value }),
    whole: (name: string, value: number[]): OpAttribute => ({ name, type: b.TF_ATTR_INT, value }),
  };
}

/** Registers a kernel on TensorFlow's backend, in place of its own if it has one of that name. */
export function route<A = object>(
  kernelName: string,
  run: (inputs: Record<string, Tensor>, attrs: A) => Tensor | Tensor[],
  { replaces = false }: { replaces?: boolean } = {},
): void {
  if (replaces) unregisterKernel(kernelName, NATIVE_BACKEND);
  registerKernel({
    kernelName,
    backendName: NATIVE_BACKEND,
    kernelFunc: ({ inputs, attrs }) => run(inputs as Record<string, Tensor>, attrs as NamedAttrMap as A),
  });
}
