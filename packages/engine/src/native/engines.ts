/** Engines on TensorFlow's own library: each is installed apart, by `installEngine`, and one of them runs in a process. */
export type NativeName = "cuda12" | "gpu" | "native" | "tensorflow-cpu";

/** What an engine is, where its parts come from and what it runs on. */
export interface NativeEngine {
  /** The npm package whose JavaScript drives the library. */
  package: "@tensorflow/tfjs-node" | "@tensorflow/tfjs-node-gpu";
  /** Whether it is taken for a GPU, and of no use without one. */
  gpu: boolean;
  /** The library comes with the package's install script, or from TensorFlow's Python wheels. */
  library: "script" | "wheels";
  /** What it needs, for those who install it. */
  needs: string;
}

/** Version of tfjs-node and tfjs-node-gpu that the engines rest on. */
export const TFJS_NODE = "4.22.0";

const builds = "Linux on x64 with glibc 2.27 or newer, npm, Python 3.8 or newer, make and a C++17 compiler";

/** TensorFlow's own library in its builds: what each needs and where it comes from. */
export const nativeEngines: Record<NativeName, NativeEngine> = {
  cuda12: {
    package: "@tensorflow/tfjs-node-gpu",
    gpu: true,
    library: "wheels",
    needs: `an NVIDIA GPU with a driver for CUDA 12 (525 or newer), ${builds}, and 3.4 GB of downloads`,
  },
  gpu: {
    package: "@tensorflow/tfjs-node-gpu",
    gpu: true,
    library: "script",
    needs: "Node 20 to 22, an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1, npm, and some 400 MB of downloads",
  },
  native: {
    package: "@tensorflow/tfjs-node",
    gpu: false,
    library: "script",
    needs: "Node 20 to 22, npm, and some 200 MB of downloads",
  },
  "tensorflow-cpu": {
    package: "@tensorflow/tfjs-node",
    gpu: false,
    library: "wheels",
    needs: `${builds}, and 280 MB of downloads`,
  },
};

/** Names of {@link nativeEngines}. */
export const nativeNames = Object.keys(nativeEngines) as NativeName[];
/** Whether an engine's name is one of TensorFlow's own library. */
export const isNative = (name: string): name is NativeName => Object.hasOwn(nativeEngines, name);
