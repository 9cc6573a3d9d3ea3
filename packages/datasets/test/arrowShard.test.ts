import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeShard, encodeShard, type StoredFeatures } from "../src/cache/arrowShard.js";

const entry = fc
  .record({
    audio: fc.string({ maxLength: 16 }),
    id: fc.string({ unit: "grapheme", maxLength: 20 }),
    rows: fc.nat({ max: 6 }),
    cols: fc.integer({ min: 1, max: 5 }),
    durationSec: fc.double({ min: 0, max: 100, noNaN: true }),
    seconds: fc.float({ min: 0, max: 100, noNaN: true }),
    seed: fc.nat(),
  })
  .map(
    ({ rows, cols, seed, ...rest }): StoredFeatures => ({
      ...rest,
      matrix: { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, i) => seed / (i + 1)) },
    }),
  );

describe("encodeShard", () => {
  it("writes what apache-arrow reads, and decodeShard gives it back", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const bytes = encodeShard(entries);
        expect(decodeShard(bytes)).toEqual(entries);
        const table = tableFromIPC(bytes);
        expect(table.schema.fields.map((f) => `${f.name}: ${f.type}`)).toEqual([
          "audio: Utf8",
          "id: Utf8",
          "rows: Int32",
          "cols: Int32",
          "durationSec: Float64",
          "seconds: Float32",
          "values: List<Float32>",
        ]);
        expect(table.numRows).toBe(entries.length);
        entries.forEach(({ audio, id, matrix, durationSec, seconds }, i) => {
          const row = table.get(i)!;
          expect([row.audio, row.id, row.rows, row.cols, row.durationSec, row.seconds]).toEqual([
            audio,
            id,
            matrix.rows,
            matrix.cols,
            durationSec,
            seconds,
          ]);
          expect([...row.values.toArray()]).toEqual([...matrix.data]);
        });
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("reads from any place in memory", () => {
    const entries: StoredFeatures[] = [
      { audio: "x", id: "a", durationSec: 1, seconds: 1, matrix: { rows: 1, cols: 2, data: Float32Array.of(1, 2) } },
    ];
    const bytes = encodeShard(entries);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeShard(moved.subarray(3))).toEqual(entries);
  });

  it("refuses what is cut or something else", () => {
    const bytes = encodeShard([
      { audio: "x", id: "a", durationSec: 1, seconds: 1, matrix: { rows: 1, cols: 2, data: Float32Array.of(1, 2) } },
    ]);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeShard(bytes.subarray(0, length))).toThrow();
    expect(() => decodeShard(new Uint8Array(100))).toThrow("this is no Arrow file");
  });
});
