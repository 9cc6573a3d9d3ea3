import { readFileSync } from "node:fs";
import { UsageError, UserError } from "../cli/errors.js";

/** Where a queue is kept: a Redis or Valkey server. */
export interface QueueAddress {
  /** For ioredis. */
  connection: {
    host: string;
    port: number;
    db: number;
    username?: string;
    password?: string;
    tls?: { ca?: string };
    /** A server that restarts is waited for. */
    maxRetriesPerRequest: null;
  };
  /** Without user and password, for people and logs. */
  shown: string;
}

/**
 * Reads `redis://[user:password@]host[:port][/database]`; `rediss://` and `valkeys://` speak TLS, and take `?ca=FILE` for a server whose
 * certificate an authority of one's own has signed.
 *
 * @throws UsageError naming what is wrong, never the password
 */
export function parseQueueUrl(url: string): QueueAddress {
  let parts: URL;
  try {
    parts = new URL(url);
  } catch {
    throw new UsageError("--queue must be a URL such as redis://host:6379.");
  }
  const { protocol, hostname, port, pathname, searchParams } = parts;
  const secure = protocol === "rediss:" || protocol === "valkeys:";
  if (!secure && protocol !== "redis:" && protocol !== "valkey:") {
    throw new UsageError(`--queue must begin with redis:// or rediss://, got ${protocol}//${hostname}.`);
  }
  if (hostname === "") throw new UsageError("--queue names no host; write redis://host:6379.");
  const db = pathname.length > 1 ? Number(pathname.slice(1)) : 0;
  if (!Number.isInteger(db) || db < 0) {
    throw new UsageError(`--queue: a database is a whole number from 0, got ${pathname.slice(1)}.`);
  }
  const unknown = [...searchParams.keys()].find((name) => name !== "ca");
  if (unknown !== undefined) throw new UsageError(`--queue: ?ca=FILE is known, got ?${unknown}=….`);
  const ca = searchParams.get("ca");
  if (ca !== null && !secure) throw new UsageError("--queue: ?ca=FILE belongs to rediss://.");
  return {
    connection: {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 6379),
      db,
      ...(parts.username && { username: decodeURIComponent(parts.username) }),
      ...(parts.password && { password: decodeURIComponent(parts.password) }),
      ...(secure && { tls: ca === null ? {} : { ca: readAuthority(ca) } }),
      maxRetriesPerRequest: null,
    },
    shown: `${protocol}//${parts.host}${pathname.length > 1 ? pathname : ""}`,
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--queue: ?ca=${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** BullMQ, loaded when a queue is asked for. @throws UserError where it is not installed */
export async function loadBullMq(): Promise<typeof import("bullmq")> {
  try {
    return await import("bullmq");
  } catch (error) {
    throw new UserError("Queues need two more packages: npm install bullmq ioredis.", { cause: error });
  }
}

/**
 * Whether a server answers, within five seconds.
 *
 * @throws UserError in one sentence, without the password
 */
export async function requireServer({ connection, shown }: QueueAddress): Promise<void> {
  await loadBullMq();
  const { Redis } = await import("ioredis");
  const client = new Redis({
    ...connection,
    lazyConnect: true,
    connectTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason = "";
  client.on("error", (error: Error & { code?: string }) => {
    reason ||= error.code ?? error.message;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const words = reason || (error as Error).message;
    throw new UserError(`No queue answers at ${shown} (${words}); start Redis or Valkey there, or mend --queue.`, {
      cause: error,
    });
  } finally {
    client.disconnect();
  }
}
