import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Worker } from "node:worker_threads";
import { pino } from "pino";
import { WebSocketServer } from "ws";
import type { Inference } from "../inference/inference.js";
import type { LiveModelInfo } from "../session/model.js";
import { chooseProtocol, createAdmission, type Refusal } from "./admission.js";
import { type Connection, type ConnectionContext, serveConnection } from "./connection.js";
import { listen, pageFolder } from "./listen.js";
import { createMetrics } from "./metrics.js";
import { openInference } from "./openInference.js";
import { checkServerOptions, isLoopback, type LiveServerOptions, originOf, resolveLimits } from "./options.js";
import { createRoutes } from "./routes.js";
import { servedModels } from "./servedModels.js";
import { createShedding, watchLateness } from "./shedding.js";
import { LiveSocket } from "./socket.js";

/** A server that listens. */
export interface LiveServer {
  /** Where the page is: "http://127.0.0.1:8123/". */
  readonly url: string;
  readonly port: number;
  readonly models: readonly LiveModelInfo[];
  /** Connections open now. */
  readonly connections: number;
  /** Takes no more connections, lets those there are finish what they sent, tells them, and closes. */
  drain(): Promise<void>;
  /** Closes at once. */
  close(): Promise<void>;
}

/**
 * Starts the live server: WebSockets with protocol v1 on `/` and `/v1`, the page, `/models`, `/healthz` and `/metrics`.
 *
 * It resolves when all models are loaded and tried and the port is open. Listens on loopback unless told otherwise.
 *
 * @throws RangeError or Error naming the option, the model or the port that is wrong; nothing keeps running then
 * @see drainOnSignals
 */
export function startServer(options: LiveServerOptions): Promise<LiveServer> {
  return startServerIn({ listen }, options);
}

/** What a server stands on: the system's ports and threads, or those of a simulation. */
export interface Surroundings {
  listen: typeof listen;
  spawn?: () => Worker;
}

/** {@link startServer} on other ground. */
export async function startServerIn(surroundings: Surroundings, options: LiveServerOptions): Promise<LiveServer> {
  checkServerOptions(options);
  const { host = "127.0.0.1", token, tls, session: defaults = {} } = options;
  const limits = resolveLimits(options.limits);
  const others = (options.origins ?? []).map(originOf);
  const logger = options.logger ?? pino({ level: "warn" }, pino.destination(2));
  let inference: Inference | undefined;
  const shedding = createShedding();
  const shed = () => shedding.share;
  const metrics = createMetrics(() => inference, shed);
  const opened = await openInference(options, metrics, logger, surroundings.spawn);
  inference = opened;

  let draining = false;
  let url = "";
  const ownOrigins = () => {
    const { protocol, port } = new URL(url);
    return ["localhost", "127.0.0.1", "[::1]"].map((name) => `${protocol}//${name}${port ? `:${port}` : ""}`);
  };
  const origins = () => [...others, ...ownOrigins(), new URL(url).origin];
  const admission = createAdmission({ limits, token, origins, local: isLoopback(host) });
  const context: ConnectionContext = { models: servedModels(opened), limits, defaults, metrics, logger, shed };
  const connections = new Set<Connection>();

  const routes = createRoutes({
    admission,
    metrics,
    infos: opened.infos,
    sources: options.models,
    page: pageFolder(options.page),
    draining: () => draining,
  });
  const http = tls ? createSecureServer(tls, routes) : createServer(routes);
  http.headersTimeout = 10_000;
  http.requestTimeout = 20_000;
  http.maxConnections = limits.maxConnections * 2;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxMessageBytes,
    maxFragments: limits.maxFragments,
    handleProtocols: chooseProtocol,
    WebSocket: LiveSocket,
  });

  let nextId = 1;
  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const refusal = draining ? goingDown : (judgePath(request) ?? admission.judgeUpgrade(request));
    if (refusal) {
      metrics.refused.inc({ code: refusal.code });
      logger.debug({ code: refusal.code, from: request.socket.remoteAddress }, "refused");
      return refuseUpgrade(stream, refusal);
    }
    const leave = admission.enter(request);
    stream.once("close", leave);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const id = nextId++;
      const connection = serveConnection(socket, id, context);
      connections.add(connection);
      metrics.tally.connections++;
      metrics.connected.inc();
      logger.info({ id, from: request.socket.remoteAddress }, "connected");
      socket.once("close", () => {
        connections.delete(connection);
        metrics.tally.connections--;
      });
    });
  });

  const sweeper = setInterval(
    () => {
      const nowMs = performance.now();
      for (const connection of connections) connection.sweep(nowMs);
    },
    Math.min(1000, limits.helloTimeoutMs / 2, limits.idleTimeoutMs / 2, limits.pingMs / 2),
  );
  sweeper.unref();
  const lateness =
    options.shed === false
      ? undefined
      : watchLateness((lateMs) => shedding.observe(Math.max(lateMs, opened.waitingMs)));

  const stop = async () => {
    clearInterval(sweeper);
    lateness?.stop();
    for (const connection of connections) connection.cut();
    http.closeAllConnections();
    await new Promise((closed) => http.close(closed));
    await opened.close();
  };

  try {
    const port = await surroundings.listen(http, options.port ?? 0, host);
    url = `${tls ? "https" : "http"}://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}/`;
  } catch (error) {
    clearInterval(sweeper);
    lateness?.stop();
    await opened.close();
    throw error;
  }
  logger.info({ url, models: opened.infos.map((info) => info.name) }, "listening");

  let closing: Promise<void> | undefined;
  return {
    url,
    port: Number(new URL(url).port) || (tls ? 443 : 80),
    models: opened.infos,
    get connections() {
      return connections.size;
    },
    drain() {
      draining = true;
      closing ??= (async () => {
        logger.info({ connections: connections.size }, "draining");
        for (const connection of connections) connection.drain();
        const untilMs = performance.now() + limits.drainMs;
        while (connections.size > 0 && performance.now() < untilMs) await new Promise((r) => setTimeout(r, 20));
        await stop();
      })();
      return closing;
    },
    close() {
      draining = true;
      closing ??= stop();
      return closing;
    },
  };
}

/** Drains the server on SIGTERM and SIGINT; a second signal closes it at once. Returns what takes the handlers away. */
export function drainOnSignals(server: LiveServer, done: () => void = () => {}): () => void {
  let asked = false;
  const onSignal = () => {
    void (asked ? server.close() : server.drain()).then(done);
    asked = true;
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  return () => void process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
}

const goingDown: Refusal = { status: 503, code: "draining", message: "The server is going down; connect again later." };

function judgePath(request: IncomingMessage): Refusal | undefined {
  const path = (request.url ?? "/").split("?")[0];
  return path === "/" || path === "/v1" ? undefined : { status: 404, code: "not_found", message: "Connect to /v1." };
}

const reasons = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

function refuseUpgrade(stream: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ code, message });
  const head = `HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  stream.end(head + body);
}
