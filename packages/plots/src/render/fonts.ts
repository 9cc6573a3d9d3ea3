import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type FontMetrics, readFontMetrics } from "./fontMetrics.js";

/** Inter, shipped with the package (SIL Open Font License 1.1): a machine without any font still draws every letter. */
export const fontFiles: readonly string[] = ["Inter-Regular.ttf", "Inter-SemiBold.ttf"].map((name) =>
  fileURLToPath(new URL(`../../fonts/${name}`, import.meta.url)),
);

let loading: Promise<{ regular: FontMetrics; bold: FontMetrics }> | undefined;

/** Widths of both weights, read once. */
export function fontMetrics(): Promise<{ regular: FontMetrics; bold: FontMetrics }> {
  loading ??= Promise.all(fontFiles.map(async (path) => readFontMetrics(await readFile(path)))).then(
    ([regular, bold]) => ({ regular, bold }),
  );
  return loading;
}
