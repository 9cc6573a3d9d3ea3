/** The reason in an error of sharp: its first line, without the final stop. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split("\n")[0]
    .replace(/^Input (?:buffer|file)\s*/i, "it ")
    .replace(/\.$/, "");
}
