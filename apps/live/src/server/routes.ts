import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { publicInfo } from "../protocol/answers.js";
import type { LiveModelInfo, ModelSource } from "../session/model.js";
import { modelFolder } from "../session/openModel.js";
import type { Admission, Refusal } from "./admission.js";
import type { Metrics } from "./metrics.js";

export interface RouteContext {
  admission: Admission;
  metrics: Metrics;
  infos: readonly LiveModelInfo[];
  sources: readonly ModelSource[];
  /** Folder of the built page, if it is served. */
  page: string | undefined;
  draining: () => boolean;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What each answer carries: nothing is loaded from elsewhere, nothing is framed; isolated, so that the page's engine may use threads. */
const commonHeaders = (host: string | undefined): Record<string, string> => ({
  "Content-Security-Policy": [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    // Not every browser takes WebSockets of its own server for 'self'.
    host && hostName.test(host) ? `connect-src 'self' ws://${host} wss://${host}` : "connect-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Permissions-Policy": "microphone=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
});

/** A host as it may stand in a policy: nothing that would end the rule. */
const hostName = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

const modelFiles = ["model.json", "weights.safetensors", "README.md"];

/** Everything that is no WebSocket: the page, the models' files, health and metrics. */
export function createRoutes(context: RouteContext): RequestListener {
  return (request, response) => {
    answer(context, request, response).catch(() => {
      if (!response.headersSent) plain(response, 500, { code: "internal", message: "Something failed." });
      else response.destroy();
    });
  };
}

async function answer(context: RouteContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(commonHeaders(request.headers.host))) response.setHeader(name, value);
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain(response, 405, { code: "method", message: "Only GET is answered here." });
  }
  const path = decodePath(request.url);
  if (path === undefined) return plain(response, 400, { code: "path", message: "The path is not valid." });
  if (path === "/healthz") {
    const draining = context.draining();
    return plain(response, draining ? 503 : 200, { status: draining ? "draining" : "ok" });
  }
  if (path === "/metrics" || path === "/models" || path.startsWith("/models/")) {
    const refusal = context.admission.judgeRead(request);
    if (refusal) return refuse(response, refusal);
  }
  if (path === "/metrics") {
    const { registry } = context.metrics;
    const text = await registry.metrics();
    response.writeHead(200, { "Content-Type": registry.contentType, "Cache-Control": "no-store" }).end(text);
    return;
  }
  if (path === "/models") return plain(response, 200, { models: context.infos.map(publicInfo) });
  if (path.startsWith("/models/")) return modelFile(context, path.slice("/models/".length), response);
  return pageFile(context.page, path, response);
}

/** A file of a model that came from a folder: what the page needs to run it by itself. */
async function modelFile({ infos, sources }: RouteContext, path: string, response: ServerResponse): Promise<void> {
  const [name, file, ...more] = path.split("/");
  const source = sources[infos.findIndex((info) => info.name === name)];
  if (!source || !("folder" in source) || more.length > 0 || !modelFiles.includes(file)) return notFound(response);
  const body = await readFile(join(modelFolder(source.folder), file)).catch(() => undefined);
  if (!body) return notFound(response);
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-cache" }).end(body);
}

async function pageFile(page: string | undefined, path: string, response: ServerResponse): Promise<void> {
  if (!page) return notFound(response);
  const file = normalize(join(page, path === "/" ? "index.html" : path));
  if (!file.startsWith(page.endsWith(sep) ? page : page + sep)) return notFound(response);
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) return notFound(response);
  const type = types[extname(file)] ?? "application/octet-stream";
  // Built files carry a hash of their content in their names; the page itself does not.
  const cache = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  response.writeHead(200, { "Content-Type": type, "Content-Length": info.size, "Cache-Control": cache });
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

function decodePath(url = "/"): string | undefined {
  try {
    const path = decodeURIComponent(url.split("?")[0]);
    return path.startsWith("/") && !path.includes("\0") ? path : undefined;
  } catch {
    return undefined;
  }
}

const notFound = (response: ServerResponse) =>
  plain(response, 404, { code: "not_found", message: "There is nothing here." });
const refuse = (response: ServerResponse, { status, code, message }: Refusal) =>
  plain(response, status, { code, message });

function plain(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}
