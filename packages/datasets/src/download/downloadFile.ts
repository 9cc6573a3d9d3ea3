import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** How a file is known to be the right one. */
export interface Checksum {
  algorithm: "md5" | "sha1" | "sha256";
  /** Hexadecimal. */
  value: string;
}

/** Options of {@link downloadFile}. */
export interface DownloadOptions {
  /** Sum that the file must have. */
  checksum?: Checksum;
  /** Called as bytes arrive; total is undefined where the server does not say. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Attempts in a row that may end without a single new byte (default 5). */
  maxAttempts?: number;
  /** Time without a byte after which an attempt is given up, ms (default 30000). */
  stallMs?: number;
  /** Wait before the next attempt, ms, doubled each time (default 500). */
  backoffMs?: number;
  signal?: AbortSignal;
}

/** A download that cannot be finished. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** A failure that another attempt cannot mend. */
class Hopeless extends DownloadError {}

/**
 * Downloads a file; goes on where an earlier attempt or an earlier run stopped, and verifies the check sum.
 *
 * Bytes go to `PATH.part`; the file appears under its name when it is whole and right. Dropped, cut and stalled connections are tried again.
 *
 * @returns the SHA-256 of the file
 * @throws DownloadError naming the address, if it cannot be had, or its sum is wrong (the part is thrown away then)
 */
export async function downloadFile(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<{ sha256: string; bytes: number }> {
  const { checksum, maxAttempts = 5, backoffMs = 500, signal } = options;
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) {
    let fruitless = 0;
    for (let whole = false; !whole; ) {
      const before = sizeOf(part);
      try {
        whole = await attempt(url, part, options);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Hopeless) throw error;
        fruitless = sizeOf(part) > before ? 0 : fruitless + 1;
        if (fruitless >= maxAttempts) {
          throw new DownloadError(
            `${url} cannot be downloaded: ${messageOf(error)} (${maxAttempts} attempts without a new byte); what there is stays for the next time.`,
            { cause: error },
          );
        }
        await pause(backoffMs * 2 ** fruitless, signal);
      }
    }
  }
  const file = existsSync(path) ? path : part;
  const sums = await hashFile(file, [
    "sha256",
    ...(checksum && checksum.algorithm !== "sha256" ? [checksum.algorithm] : []),
  ]);
  if (checksum && sums[checksum.algorithm] !== checksum.value.toLowerCase()) {
    if (file === part) clear(part);
    throw new DownloadError(
      `${url}: the ${checksum.algorithm} of ${file === part ? "what was downloaded" : path} is ${sums[checksum.algorithm]}, not ${checksum.value}; it was damaged or has changed.`,
    );
  }
  if (file === part) {
    renameSync(part, path);
    rmSync(`${part}.tag`, { force: true });
  }
  return { sha256: sums.sha256, bytes: sizeOf(path) };
}

/** One connection; true when the file is whole. */
async function attempt(
  url: string,
  part: string,
  { onProgress, stallMs = 30_000, signal }: DownloadOptions,
): Promise<boolean> {
  const have = sizeOf(part);
  const tag = have > 0 && existsSync(`${part}.tag`) ? readFileSync(`${part}.tag`, "utf8") : undefined;
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), stallMs);
  };
  try {
    const response = await fetch(url, {
      // Without a mark of the version, a part of an older file could be gone on with.
      headers: have > 0 && tag ? { Range: `bytes=${have}-`, "If-Range": tag } : {},
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    heard();
    if (response.status === 416) {
      clear(part);
      throw new Error("the server has a shorter file than before");
    }
    if (!response.ok || !response.body) {
      const text = `the server answers ${response.status} ${response.statusText}`.trim();
      await response.body?.cancel();
      if (response.status < 500 && response.status !== 408 && response.status !== 429)
        throw new Hopeless(`${url} cannot be downloaded: ${text}.`);
      throw new Error(text);
    }
    const resumed = response.status === 206 && have > 0;
    const start = resumed ? have : 0;
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const total = Number.isFinite(length) && !response.headers.get("content-encoding") ? start + length : undefined;
    const version = response.headers.get("etag") ?? response.headers.get("last-modified");
    if (version && !version.startsWith("W/")) writeFileSync(`${part}.tag`, version);
    else rmSync(`${part}.tag`, { force: true });
    await receive(response.body, part, resumed, (bytes) => {
      heard();
      onProgress?.(start + bytes, total);
    });
    const size = sizeOf(part);
    if (total !== undefined && size < total) throw new Error(`the connection ended after ${size} of ${total} bytes`);
    return true;
  } catch (error) {
    if (stall.signal.aborted && !signal?.aborted) throw new Error(`nothing came for ${stallMs} ms`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function receive(
  body: ReadableStream<Uint8Array>,
  part: string,
  append: boolean,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const file = createWriteStream(part, { flags: append ? "a" : "w" });
  const failed = new Promise<never>((_, reject) => file.once("error", reject));
  let bytes = 0;
  try {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), failed]);
      if (done) break;
      bytes += value.length;
      if (!file.write(value))
        await Promise.race([new Promise<void>((ready) => file.once("drain", () => ready())), failed]);
      onBytes(bytes);
    }
  } finally {
    await new Promise<void>((closed) => file.end(() => closed()));
  }
}

async function hashFile(path: string, algorithms: string[]): Promise<Record<string, string>> {
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
    for (const hash of hashes) hash.update(chunk as Buffer);
  return Object.fromEntries(algorithms.map((algorithm, i) => [algorithm, hashes[i].digest("hex")]));
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function clear(part: string): void {
  rmSync(part, { force: true });
  rmSync(`${part}.tag`, { force: true });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return (error.message === "fetch failed" && cause ? cause : error.message).replace(/\.$/, "");
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
