import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Redis or Valkey of this machine, or undefined: tests of queues skip without. */
export const redisPath: string | undefined = ["redis-server", "valkey-server"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

/** A server of a test's own, with an append-only file, so that it can be killed and started again. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and file. */
  start(): Promise<void>;
}

/** @param dir where its file lies @param password what clients must send */
export async function startRedis(dir: string, { password }: { password?: string } = {}): Promise<RedisServer> {
  if (!redisPath) throw new Error("startRedis: no redis-server on this machine.");
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes"];
    args.push("--appendfsync", "always", ...(password ? ["--requirepass", password] : []));
    child = spawn(redisPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise<void>((ready, failed) => {
      child?.stdout?.on("data", (text: Buffer) => {
        if (/Ready to accept connections/i.test(text.toString())) ready();
      });
      child?.once("exit", (code) => failed(new Error(`redis-server ended with code ${code}.`)));
    });
  };
  await start();
  return {
    url: `redis://${password ? `:${password}@` : ""}127.0.0.1:${port}`,
    port,
    start,
    async kill() {
      child?.kill("SIGKILL");
      while (child?.exitCode === null && child.signalCode === null) await sleep(10);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}
