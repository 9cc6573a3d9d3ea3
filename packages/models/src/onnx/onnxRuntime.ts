/** What we use of onnxruntime-node, whose types need not be installed. */
export interface OnnxRuntime {
  InferenceSession: {
    create(model: Uint8Array | string, options: object): Promise<OnnxSession>;
  };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
}

/** A model that ONNX Runtime has loaded. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: unknown; dims: readonly number[] }>>;
  release(): Promise<void>;
}

/** onnxruntime-node where it is installed and loads; undefined elsewhere. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime | undefined> {
  // Not a literal, so that bundlers leave it alone.
  const name = "onnxruntime-node";
  try {
    const loaded = (await import(/* @vite-ignore */ name)) as OnnxRuntime & { default?: OnnxRuntime };
    return loaded.InferenceSession ? loaded : loaded.default;
  } catch {
    return undefined;
  }
}
