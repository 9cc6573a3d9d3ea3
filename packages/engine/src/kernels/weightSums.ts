import type { EarshotBackend } from "../backend/backend.js";

/** Rows that the kernel packs at a time. */
const BLOCK = 128;
/** Bytes of a packed strip of so many columns, with what lies between it and the next. */
const strip = (columns: number): number => 4 * BLOCK * columns + 64;

/** A matrix as stored: its address and columns. */
export interface Columns {
  address: number;
  cols: number;
}

/** From so many rows on, sums in parts pay. */
export const MANY_ROWS = 8 * BLOCK;

/**
 * aᵀ·b, otherᵀ·b and the sums of b's columns over very many rows, in one pass over b. The parts that are summed by themselves
 * depend on the sizes alone.
 *
 * @param out where the results go; 0 for one that nobody wants
 */
export function weightSums(
  { heap, pool }: EarshotBackend,
  { a, other, b, rows }: { a: Columns; other?: Columns; b: Columns; rows: number },
  out: { a: number; other?: number; sums?: number },
): void {
  const [P, Q, N] = [a.cols, other?.cols ?? 0, b.cols];
  const outBytes = 64 * Math.ceil((4 * (P + Q + 1) * N) / 64);
  const per = BLOCK * Math.ceil(rows / BLOCK / (outBytes > 2 ** 20 ? 4 : 8));
  const parts = Math.ceil(rows / per);
  const scratchBytes = strip(8) * Math.ceil(N / 8) + strip(4) * Math.ceil(Math.max(P, Q) / 4);
  heap.withScratch(parts * outBytes + pool.threads * scratchBytes, (sums) => {
    const scratch = sums + parts * outBytes;
    const sides = [a.address, P, other?.address ?? 0, Q, b.address, N];
    pool.run("weightSums", parts, 1, ...sides, rows, per, sums, outBytes, scratch, scratchBytes);
    const join = (from: number, count: number, to: number): void => {
      if (to) pool.run("joinParts", count, 16384, sums + 4 * from, parts, outBytes, to);
    };
    join(0, P * N, out.a);
    join(P * N, Q * N, out.other ?? 0);
    join((P + Q) * N, N, out.sums ?? 0);
  });
}
