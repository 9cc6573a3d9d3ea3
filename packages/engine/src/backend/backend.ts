import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { type backend_util, type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.js";
import type { Pool } from "./pool.js";
import { TensorRecord } from "./tensorRecord.js";

/** What tfjs calls a data id: an object whose identity is the key. */
type DataId = TensorInfo["dataId"];

/**
 * A tfjs backend whose tensors live in a WebAssembly memory that all threads share. Our kernels work there; every other kernel
 * is tfjs' own of the cpu backend, which sees the same tensors as typed arrays. So everything that tfjs can do works, and what
 * training spends its time in is fast.
 */
export class EarshotBackend extends MathBackendCPU {
  /** Whether 3×3 convolutions may go through Winograd's transform: twice as fast, one decimal digit less. */
  winograd = true;

  constructor(
    readonly heap: Heap,
    public pool: Pool,
  ) {
    super();
  }

  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.data.set(dataId, new TensorRecord(this.heap, values, dtype));
    return dataId;
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const record = new TensorRecord(this.heap, values, dtype);
    record.refCount = refCount;
    this.data.set(dataId, record);
  }

  /** Reads are copies: the memory of a tensor is used again once it is disposed of. */
  override readSync(dataId: DataId): backend_util.BackendValues {
    const record = this.record(dataId);
    if (!record.address) return super.readSync(dataId);
    return util.convertBackendValuesAndArrayBuffer(record.values, record.dtype).slice() as Float32Array;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const record = this.data.has(dataId) ? this.record(dataId) : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone) record?.release();
    return gone;
  }

  override memory(): { unreliable: boolean; numBytesInHeap: number; reasons: string[] } {
    return { unreliable: false, numBytesInHeap: this.heap.used, reasons: [] };
  }

  override dispose(): void {
    this.pool.dispose();
  }

  /** Address of a tensor's numbers; they move into the heap on the first call. */
  address(tensor: TensorInfo): number {
    return this.record(tensor.dataId).place();
  }

  /** A new tensor in the heap, its numbers not set. */
  output(shape: number[], dtype: DataType = "float32"): TensorInfo {
    const dataId = {};
    this.data.set(dataId, TensorRecord.inHeap(this.heap, util.sizeFromShape(shape), dtype));
    return { dataId, shape, dtype };
  }

  /** The same numbers under another shape. */
  alias(tensor: TensorInfo, shape: number[]): TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape, dtype: tensor.dtype };
  }

  private record(dataId: DataId): TensorRecord {
    return this.data.get(dataId) as unknown as TensorRecord;
  }
}
