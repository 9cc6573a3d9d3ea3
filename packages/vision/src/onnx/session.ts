import { loadOnnxRuntime } from "@earshot/models/onnx";

/** A network of an ONNX file on onnxruntime-node. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    input: Float32Array,
    dims: readonly number[],
  ): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  release(): void;
}

/**
 * Opens an ONNX file on onnxruntime-node.
 *
 * @param model path (Node) or bytes of the file
 * @throws Error if onnxruntime-node is not installed; RangeError if the file is no network that it reads
 */
export async function openSession(
  fn: string,
  model: string | Uint8Array,
  { threads = 1 }: { threads?: number } = {},
): Promise<Session> {
  const runtime = await loadOnnxRuntime();
  if (!runtime) {
    throw new Error(`${fn}: networks need onnxruntime-node; install it with \`npm install onnxruntime-node\`.`);
  }
  const session = await runtime.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 4,
  }).catch((error: Error) => {
    const reason = error.message.split("\n")[0].replace(/\.$/, "");
    throw new RangeError(`${fn}: the weights are no ONNX file that can be read: ${reason}.`, { cause: error });
  });
  let released = false;
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(input, dims) {
      if (released) throw new Error(`${fn}: the network is disposed already.`);
      const feeds = { [session.inputNames[0]]: new runtime.Tensor("float32", input, dims) };
      const results = await session.run(feeds).catch((error: Error) => {
        throw new RangeError(
          `${fn}: the weights do not fit an input of ${dims.join(" × ")}: ${error.message.split("\n")[0]}`,
        );
      });
      return results as Record<string, { data: Float32Array; dims: readonly number[] }>;
    },
    release() {
      if (!released) void session.release();
      released = true;
    },
  };
}
