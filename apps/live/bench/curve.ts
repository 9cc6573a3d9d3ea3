import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What so many listeners meet, and what they cost. */
export interface CurvePoint {
  processes: number;
  connections: number;
  p50: number;
  p99: number;
  p999: number;
  predictions: number;
  dropped: number;
  errors: number;
  rssMb: number;
  /** Cores that the server kept busy. */
  cores: number;
}

const counts = [1, 10, 100, 300, 1000];
/** Sound of each point, s; the first three are not counted. */
const seconds = 9;

function start(file: string, ...args: string[]) {
  const typed = file.endsWith(".ts") ? ["--import", "tsx", "--conditions=@earshot/source"] : [];
  const script = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const child = spawn(process.execPath, [...typed, script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => JSON.parse((await lines.next()).value ?? "{}") };
}

/**
 * Load with all shipped models, from one listener to a thousand, in one server process and in two behind one port; the listeners run on the same
 * machine. Takes about three minutes.
 */
export async function loadCurve(onPoint: (point: CurvePoint) => void): Promise<void> {
  for (const processes of [1, 2]) {
    for (const connections of counts) {
      const server = start("serveMany.mjs", String(processes));
      const { url } = await server.next();
      const usage = async () => {
        server.child.stdin.write("usage\n");
        return (await server.next()) as { rss: number; cpuSec: number };
      };
      const load = start("load.ts", url, String(connections), String(seconds));
      await load.next();
      const before = await usage();
      const beganMs = performance.now();
      const told = await load.next();
      const elapsedSec = (performance.now() - beganMs) / 1000;
      const { rss, cpuSec } = await usage();
      server.child.stdin.end();
      await new Promise((exit) => server.child.once("exit", exit));
      onPoint({
        ...told,
        processes,
        connections,
        rssMb: rss / 2 ** 20,
        cores: (cpuSec - before.cpuSec) / elapsedSec,
      });
    }
  }
}
