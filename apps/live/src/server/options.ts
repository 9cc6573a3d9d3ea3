import { requireCount, requireInRange, requirePositive } from "../core/check.js";
import type { ModelSource } from "../session/model.js";
import type { SessionConfig } from "../session/sessionConfig.js";

/** What one client, and all together, may ask of the server. */
export interface Limits {
  /** Connections at a time (default 512). */
  maxConnections: number;
  /** Connections at a time from one address (default 256). */
  maxConnectionsPerAddress: number;
  /** New connections a minute from one address (default 600). */
  connectsPerMinute: number;
  /** Bytes in a message (default 65,536). */
  maxMessageBytes: number;
  /** Fragments in a message (default 64). */
  maxFragments: number;
  /** Bytes that may wait for a client that does not read (default 262,144). */
  maxBufferedBytes: number;
  /** Seconds of audio a second (default 4), after a burst of `burstSec` (default 20). */
  maxAudioRate: number;
  burstSec: number;
  /** Messages a second, of whatever kind (default 500), after a burst of as many. */
  maxMessageRate: number;
  /** Time for `hello`, ms (default 10,000). */
  helloTimeoutMs: number;
  /** Time without audio, ms (default 60,000). */
  idleTimeoutMs: number;
  /** Time between pings, ms (default 15,000); who has not answered one when the next is due is cut. */
  pingMs: number;
  /** Time to finish sessions when the server goes down, ms (default 10,000). */
  drainMs: number;
}

/** What a server needs to log: pino's shape. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Options of {@link startServer}. */
export interface LiveServerOptions {
  /** The models that clients may ask for; no other name is accepted. */
  models: readonly ModelSource[];
  /** Address to listen on (default "127.0.0.1"). Others need `token` and `tls`, or `insecure`. */
  host?: string;
  /** Port; 0 (default) takes a free one. */
  port?: number;
  /** What clients must present, at least 16 characters of ASCII (default none). */
  token?: string;
  /** PEM texts. */
  tls?: { cert: string; key: string };
  /** Listen beyond loopback without token or TLS (default false). */
  insecure?: boolean;
  /** Web pages that may connect, as "https://name:port" (default: the server's own page). Clients that are no browser send no origin. */
  origins?: readonly string[];
  /** Folder of the built page, or false for none (default: the page that comes with the package). */
  page?: string | false;
  limits?: Partial<Limits>;
  /** Defaults of every session; clients may set sensitivity, latencySec and gate. */
  session?: SessionConfig;
  /** Whether windows are dropped, and counted, before their features are made while the server is short of time (default true); else everybody waits longer. */
  shed?: boolean;
  /** Inference threads (default 1). */
  workers?: number;
  /** Windows in one inference call (default 64). */
  maxBatch?: number;
  /** How long a window may wait for company, ms (default 5). */
  batchWaitMs?: number;
  /** Longest an inference call may take, ms (default 5000). */
  inferenceTimeoutMs?: number;
  /** Default: pino, level `warn`, on stderr. */
  logger?: Logger;
}

const defaults: Limits = {
  maxConnections: 512,
  maxConnectionsPerAddress: 256,
  connectsPerMinute: 600,
  maxMessageBytes: 64 * 1024,
  maxFragments: 64,
  maxBufferedBytes: 256 * 1024,
  maxAudioRate: 4,
  burstSec: 20,
  maxMessageRate: 500,
  helloTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  pingMs: 15_000,
  drainMs: 10_000,
};

/** @throws RangeError if a limit is unknown or not a positive number */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new RangeError(`startServer: limits.${name} is not known: ${Object.keys(defaults).join(", ")}.`);
    }
    if (value === undefined) continue;
    requirePositive("startServer", `limits.${name}`, value);
    limits[name as keyof Limits] = value;
  }
  return limits;
}

/**
 * Refuses what would be unsafe or senseless before anything starts.
 *
 * @throws RangeError or Error naming the option and the way out
 */
export function checkServerOptions(options: LiveServerOptions): void {
  const { models, host = "127.0.0.1", port = 0, token, tls, insecure = false, workers = 1 } = options;
  if (models.length === 0) throw new RangeError("startServer: models must name at least one model, got none.");
  requireInRange("startServer", "port", port, 0, 65_535);
  requireCount("startServer", "workers", workers);
  if (token !== undefined && token.length < 16) {
    throw new RangeError(`startServer: token must have at least 16 characters, got ${token.length}.`);
  }
  if (token !== undefined && !/^[!-~](?:[ -~]*[!-~])?$/.test(token)) {
    throw new RangeError(
      "startServer: token must be of letters, digits and signs of ASCII, without blanks at its ends: headers carry no others.",
    );
  }
  if (!isLoopback(host) && !insecure && !(token && tls)) {
    throw new Error(
      `startServer: ${host} is reachable from other machines; set a token and tls, or insecure to do without.`,
    );
  }
}

/**
 * A page's address as browsers name it: scheme, host and port alone.
 *
 * @throws RangeError if no browser would ever name it so
 */
export function originOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url?.host) {
    throw new RangeError(
      `startServer: origins must be addresses such as "https://name:port", got ${JSON.stringify(given)}.`,
    );
  }
  // Of schemes it does not know, such as those of browser extensions, URL names no origin.
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}

/** Addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
