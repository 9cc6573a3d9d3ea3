import type { Table } from "apache-arrow";

/** Features of one recording as they are stored. */
export interface StoredFeatures {
  /** Fingerprint of the decoded sound. */
  audio: string;
  /** Id of the item that it was made for, for people who open the file. */
  id: string;
  /** frames × features. */
  matrix: { data: Float32Array; rows: number; cols: number };
  /** Seconds that decoding and extracting took. */
  seconds: number;
}

/**
 * Writes features as an Arrow IPC file (Feather 2): columns audio, id, rows, cols, seconds, values (list of float32, row by row).
 */
export async function encodeShard(entries: readonly StoredFeatures[]): Promise<Uint8Array> {
  const arrow = await import("apache-arrow");
  const offsets = new Int32Array(entries.length + 1);
  entries.forEach(({ matrix }, i) => {
    offsets[i + 1] = offsets[i] + matrix.data.length;
  });
  const values = new Float32Array(offsets[entries.length]);
  entries.forEach(({ matrix }, i) => {
    values.set(matrix.data, offsets[i]);
  });
  const lists = arrow.makeData({
    type: new arrow.List(new arrow.Field("item", new arrow.Float32(), false)),
    length: entries.length,
    nullCount: 0,
    valueOffsets: offsets,
    child: arrow.makeData({ type: new arrow.Float32(), length: values.length, nullCount: 0, data: values }),
  });
  const words = (pick: (entry: StoredFeatures) => string) => arrow.vectorFromArray(entries.map(pick), new arrow.Utf8());
  const table = new arrow.Table({
    audio: words((e) => e.audio),
    id: words((e) => e.id),
    rows: arrow.makeVector(Int32Array.from(entries, (e) => e.matrix.rows)),
    cols: arrow.makeVector(Int32Array.from(entries, (e) => e.matrix.cols)),
    seconds: arrow.makeVector(Float32Array.from(entries, (e) => e.seconds)),
    values: arrow.makeVector(lists),
  });
  return arrow.tableToIPC(table, "file");
}

/**
 * Reads what {@link encodeShard} wrote; the matrices are views of the file's bytes.
 *
 * @throws Error if the bytes are no such file, or contradict themselves
 */
export async function decodeShard(bytes: Uint8Array): Promise<StoredFeatures[]> {
  const { tableFromIPC } = await import("apache-arrow");
  const table = tableFromIPC(bytes);
  const [audio, id, rows, cols, seconds] = ["audio", "id", "rows", "cols", "seconds"].map((name) =>
    column(table, name),
  );
  const lists = column(table, "values").data[0];
  const offsets = lists?.valueOffsets as Int32Array | undefined;
  const values = lists?.children[0].values as Float32Array | undefined;
  return Array.from({ length: table.numRows }, (_, i) => {
    const matrix = { rows: rows.get(i) as number, cols: cols.get(i) as number };
    const data = values?.subarray(offsets?.[i], offsets?.[i + 1]);
    if (data?.length !== matrix.rows * matrix.cols)
      throw new Error(`row ${i} does not hold ${matrix.rows} × ${matrix.cols} values`);
    return {
      audio: audio.get(i) as string,
      id: id.get(i) as string,
      matrix: { ...matrix, data },
      seconds: seconds.get(i) as number,
    };
  });
}

function column(table: Table, name: string) {
  const found = table.getChild(name);
  if (!found || found.data.length > 1) throw new Error(`column ${name} is missing or in parts`);
  return found;
}
