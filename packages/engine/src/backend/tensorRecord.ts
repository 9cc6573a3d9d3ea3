import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.js";

/**
 * Where a tensor's numbers are: in an array of the caller's until a kernel of ours needs them, then in the heap. The cpu
 * backend's kernels read `values` either way, which is a fresh view whenever the memory has grown.
 */
export class TensorRecord {
  refCount = 1;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** 0 while the numbers are in an array. */
  address = 0;
  private length = 0;

  constructor(
    private readonly heap: Heap,
    private array: backend_util.BackendValues | undefined,
    readonly dtype: DataType,
  ) {}

  static inHeap(heap: Heap, length: number, dtype: DataType): TensorRecord {
    const record = new TensorRecord(heap, undefined, dtype);
    record.address = heap.allocate(4 * length);
    record.length = length;
    return record;
  }

  get values(): backend_util.BackendValues {
    if (this.array === undefined || (this.address && this.array.length !== this.length)) this.array = this.view();
    return this.array;
  }

  /** Brings the numbers into the heap; returns their address. */
  place(): number {
    if (!this.address) {
      const source = this.array as ArrayLike<number>;
      this.length = source.length;
      this.address = this.heap.allocate(4 * this.length);
      const view = this.view();
      view.set(source);
      this.array = view;
    }
    return this.address;
  }

  release(): void {
    if (this.address) this.heap.free(this.address);
    this.address = 0;
    this.array = undefined;
  }

  private view(): Float32Array | Int32Array | Uint8Array {
    if (this.dtype === "int32") return this.heap.i32(this.address, this.length);
    if (this.dtype === "bool") return new Uint8Array(this.heap.memory.buffer, this.address, this.length);
    return this.heap.f32(this.address, this.length);
  }
}
