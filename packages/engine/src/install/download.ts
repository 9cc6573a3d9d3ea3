import { importBuiltin } from "../setup/host.js";

export interface Download {
  url: string;
  /** The whole file's. */
  sha256: string;
  bytes: number;
  /** Where it goes; while it is on its way, its name ends in `.part`. */
  to: string;
}

export interface DownloadOptions {
  /** Hears how many bytes are there, those of an earlier try included. */
  onBytes?: (bytes: number) => void;
  signal?: AbortSignal;
  /** Tries before it gives up (default 5); each goes on where the one before ended. */
  tries?: number;
  /** Silence after which a try counts as broken off (default 30,000). */
  stallMs?: number;
}

/**
 * Downloads a file whose hash is known, going on where an earlier try ended. It appears under its name whole and checked, or not.
 *
 * @throws Error naming the file and why: it cannot be reached, or its content is not what was expected
 */
export async function download(file: Download, options: DownloadOptions = {}): Promise<void> {
  const { tries = 5, signal, onBytes } = options;
  const { rename, rm, stat } = await importBuiltin<typeof import("node:fs/promises")>("node:fs/promises");
  const name = file.to.slice(file.to.search(/[^/\\]+$/));
  if ((await sizeOf(file.to)) === file.bytes && (await hashOf(file.to)) === file.sha256) {
    onBytes?.(file.bytes);
    return;
  }
  const part = `${file.to}.part`;
  if ((await sizeOf(part)) > file.bytes) await rm(part);
  let why = "";
  for (let i = 0; i < tries && (await sizeOf(part)) < file.bytes; i++) {
    try {
      await fetchRest(file, part, options);
    } catch (error) {
      signal?.throwIfAborted();
      why = reasonOf(error as Error);
      if (i < tries - 1) await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** i));
    }
  }
  const got = await sizeOf(part);
  if (got < file.bytes) {
    throw new Error(`${name} cannot be downloaded (${why}; ${got} of ${file.bytes} bytes are kept for the next try)`);
  }
  if ((await hashOf(part)) !== file.sha256) {
    await rm(part);
    throw new Error(`${name} is not the file that was expected (its SHA-256 differs), and was deleted`);
  }
  await rename(part, file.to);

  async function sizeOf(path: string): Promise<number> {
    return (await stat(path).catch(() => undefined))?.size ?? 0;
  }
}

/** Appends what is missing to `part`; a server that cannot go on in the middle is asked for the whole. */
async function fetchRest(
  { url, bytes }: Download,
  part: string,
  { onBytes, signal, stallMs = 30_000 }: DownloadOptions,
): Promise<void> {
  const { open, stat } = await importBuiltin<typeof import("node:fs/promises")>("node:fs/promises");
  let have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(new Error("no data for some time")), stallMs);
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  const response = await fetch(url, { signal: either, headers: have ? { range: `bytes=${have}-` } : {} }).finally(() =>
    clearTimeout(timer),
  );
  if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
  if (have && response.status !== 206) have = 0;
  const file = await open(part, have ? "a" : "w");
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new Error("no data for some time")), stallMs);
      have += chunk.byteLength;
      if (have > bytes) throw new Error("more data than expected");
      await file.writeFile(chunk);
      onBytes?.(have);
    }
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const [{ createHash }, { createReadStream }] = await Promise.all([
    importBuiltin<typeof import("node:crypto")>("node:crypto"),
    importBuiltin<typeof import("node:fs")>("node:fs"),
  ]);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** What a failed request says: its cause knows more than `fetch failed`. */
export function reasonOf(error: Error): string {
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return [error.message, cause?.code ?? cause?.message].filter(Boolean).join(": ");
}
