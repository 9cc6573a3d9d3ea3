/** What libvips says where bytes are no image it knows, and where they stop too early, as people say it. */
const plainly: readonly [RegExp, string][] = [
  [/unsupported image format/i, "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG, PGM or PPM"],
  [/premature end|libpng read error|read error|unexpected end|truncated/i, "it is cut off or damaged"],
];

/** The reason in an error of sharp: its first line, without the final stop. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line] = message.split("\n");
  const known = plainly.find(([pattern]) => pattern.test(line));
  return known?.[1] ?? line.replace(/^Input (?:buffer|file)\s*/i, "it ").replace(/\.$/, "");
}
