/** Something the user can mend: one sentence that names the value and the way out. Exit code 1. */
export class UserError extends Error {
  override name = "UserError";
  readonly exitCode: number = 1;
}

/** The command, its options or the recipe are not as they must be. Exit code 2. */
export class UsageError extends UserError {
  override name = "UsageError";
  override readonly exitCode = 2;
}

/** Ctrl-C or SIGTERM. Exit code 130. */
export class InterruptedError extends UserError {
  override name = "InterruptedError";
  override readonly exitCode = 130;
}

const systemSentences: Record<string, (path: string) => string> = {
  ENOSPC: (path) =>
    `The disk is full: ${path} could not be written; free some space or choose another folder with --out.`,
  EDQUOT: (path) => `The disk quota is used up: ${path} could not be written; choose another folder with --out.`,
  EACCES: (path) => `No permission for ${path}; choose another path or change its rights.`,
  EPERM: (path) => `No permission for ${path}; choose another path or change its rights.`,
  EROFS: (path) => `${path} lies on a read-only file system; choose another folder with --out.`,
  ENOENT: (path) => `${path} does not exist; check the path.`,
  ENOTDIR: (path) => `${path} goes through a file as if it were a folder; check the path.`,
  EISDIR: (path) => `${path} is a folder where a file is needed.`,
  EMFILE: () => "Too many files are open; raise the limit with `ulimit -n 4096` or lower --threads.",
};

/** The one sentence that is shown for anything thrown. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const known = code ? systemSentences[code] : undefined;
  if (known) return known(dest ?? path ?? "the file");
  const message = error.message.trim() || error.name;
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

/** What the process ends with for anything thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  return error instanceof Error && error.name === "AbortError" ? 130 : 1;
}
