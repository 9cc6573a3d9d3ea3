import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { subprotocol, tokenPrefix } from "../protocol/messages.js";
import { isLoopback, type Limits } from "./options.js";
import { createTokenBucket, type TokenBucket } from "./tokenBucket.js";

/** Why somebody is not let in. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 429 | 503;
  code: string;
  message: string;
}

export interface Admission {
  /** Judges a request for a connection; undefined lets it in. */
  judgeUpgrade(request: IncomingMessage): Refusal | undefined;
  /** Judges any other request that shows more than the page. */
  judgeRead(request: IncomingMessage): Refusal | undefined;
  /** Counts a connection in; returns what counts it out. */
  enter(request: IncomingMessage): () => void;
}

interface AdmissionOptions {
  limits: Limits;
  token: string | undefined;
  /** Allowed origins; the host names that requests may name follow from them. */
  origins: () => readonly string[];
  /** Whether the server listens on loopback alone. */
  local: boolean;
}

/** Addresses remembered at most: beyond, those that are quiet are forgotten. */
const maxAddresses = 10_000;

/** Who may connect: by origin, token, connections and their rate. The cheapest questions come first. */
export function createAdmission({ limits, token, origins, local }: AdmissionOptions): Admission {
  const wanted = token === undefined ? undefined : digest(token);
  const buckets = new Map<string, TokenBucket>();
  const open = new Map<string, number>();
  let connections = 0;

  const bucketOf = (address: string): TokenBucket => {
    const known = buckets.get(address);
    if (known) return known;
    if (buckets.size >= maxAddresses) forgetQuiet(buckets);
    const bucket = createTokenBucket(limits.connectsPerMinute / 60, limits.connectsPerMinute);
    buckets.set(address, bucket);
    return bucket;
  };

  /** A page of another site that made its name point here still names itself: a name that is no address of this machine is refused. */
  const judgeHost = (request: IncomingMessage): Refusal | undefined => {
    if (!local) return undefined;
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const known =
      isLoopback(host) || origins().some((origin) => URL.canParse(origin) && new URL(origin).hostname === host);
    return known
      ? undefined
      : { status: 403, code: "host", message: `This server is not called ${JSON.stringify(host)}.` };
  };
  const judgeToken = (request: IncomingMessage): Refusal | undefined => {
    if (!wanted) return undefined;
    const given = presentedToken(request);
    // Digests have one length, so that neither length nor content of the token shows in the time taken.
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return undefined;
    return { status: 401, code: "token", message: given === undefined ? "A token is needed." : "The token is wrong." };
  };

  return {
    judgeUpgrade(request) {
      const address = addressOf(request);
      if (!bucketOf(address).take(1, performance.now())) {
        return { status: 429, code: "too_many_connects", message: "Too many new connections; wait a moment." };
      }
      const { origin } = request.headers;
      if (origin !== undefined && !origins().includes(origin) && !(!local && isOwnPage(origin, request))) {
        return { status: 403, code: "origin", message: `Pages of ${JSON.stringify(origin)} may not connect.` };
      }
      const refusal = judgeHost(request) ?? judgeToken(request);
      if (refusal) return refusal;
      if (connections >= limits.maxConnections || (open.get(address) ?? 0) >= limits.maxConnectionsPerAddress) {
        return { status: 503, code: "full", message: "All places are taken; try again later." };
      }
      return undefined;
    },
    judgeRead: (request) => judgeHost(request) ?? judgeToken(request),
    enter(request) {
      const address = addressOf(request);
      connections++;
      open.set(address, (open.get(address) ?? 0) + 1);
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        connections--;
        const rest = (open.get(address) ?? 1) - 1;
        if (rest > 0) open.set(address, rest);
        else open.delete(address);
      };
    },
  };
}

/** Beyond loopback the server has names it does not know: its own page is the one that names the same host as the request. */
const isOwnPage = (origin: string, request: IncomingMessage): boolean =>
  URL.canParse(origin) && new URL(origin).host === request.headers.host;

/** From `Authorization: Bearer …`, or from a subprotocol, which is all that browsers can set. */
function presentedToken(request: IncomingMessage): string | undefined {
  const { authorization = "" } = request.headers;
  const bearer = /^Bearer /i.test(authorization) && authorization.slice(7).trim();
  if (bearer) return bearer;
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const carrier = offered.find((name) => name.startsWith(tokenPrefix));
  return carrier === undefined ? undefined : Buffer.from(carrier.slice(tokenPrefix.length), "base64url").toString();
}

/** The subprotocol answered: never the one that carries the token. */
export const chooseProtocol = (offered: ReadonlySet<string>): string | false =>
  offered.has(subprotocol) ? subprotocol : false;

function forgetQuiet(buckets: Map<string, TokenBucket>): void {
  const nowMs = performance.now();
  for (const [address, bucket] of buckets) if (bucket.full(nowMs)) buckets.delete(address);
  const [oldest] = buckets.keys();
  if (buckets.size >= maxAddresses) buckets.delete(oldest);
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? "unknown";
