import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LiveServer } from "../src/server/startServer.js";
import { startServerHere } from "./hereThread.js";
import { hello, rawClient } from "./rawClient.js";

const token = "a-token-that-nobody-may-read";
const page = mkdtempSync(join(tmpdir(), "earshot-security-"));
const logged: unknown[] = [];
const log = (fields: object, message: string) => void logged.push(fields, message);
let server: LiveServer;

beforeAll(async () => {
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  server = await startServerHere({
    models: [{ module: new URL("./models/level.ts", import.meta.url).href }],
    page,
    token,
    logger: { debug: log, info: log, warn: log, error: log },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(page, { recursive: true });
});

describe("whatever is asked for", () => {
  it.each([
    "",
    "index.html",
    "healthz",
    "metrics",
    "models",
    "models/level/model.json",
    "nothing",
    "%",
    "..%2f..%2fetc%2fpasswd",
  ])("/%s is answered with a strict content policy", async (path) => {
    const { headers } = await fetch(server.url + path);
    const policy = headers.get("content-security-policy") ?? "";
    const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]));
    expect(rules.get("default-src")).toEqual(["'self'"]);
    // No script but the server's own files: neither inline nor from text; WebAssembly alone is compiled.
    expect(rules.get("script-src")).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(rules.get("style-src")).toEqual(["'self'"]);
    const { host } = new URL(server.url);
    expect(rules.get("connect-src")).toEqual(["'self'", `ws://${host}`, `wss://${host}`]);
    for (const rule of ["base-uri", "form-action", "frame-ancestors"]) expect(rules.get(rule)).toEqual(["'none'"]);
    expect(policy).not.toMatch(/\*|https?:|'unsafe-eval'|'unsafe-inline'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });
});

describe("a token", () => {
  it("stands in no log and in no answer, right or wrong", async () => {
    const carrier = `earshot.token.${Buffer.from(token).toString("base64url")}`;
    const client = await rawClient(server.url, {}, ["earshot.v1", carrier]);
    client.send(hello);
    await client.next("ready");
    client.send(`not a message ${token}`);
    await client.ended;
    await expect(rawClient(server.url, { headers: { authorization: `Bearer ${token}-wrong` } })).rejects.toThrow("401");
    const answers = [
      await (await fetch(`${server.url}models?token=${token}`)).text(),
      await (await fetch(`${server.url}metrics`, { headers: { authorization: `Bearer ${token}` } })).text(),
    ];
    expect(logged.length).toBeGreaterThan(3);
    expect(JSON.stringify([logged, answers])).not.toContain(token);
    expect(JSON.stringify([logged, answers])).not.toContain(carrier);
  });
});
