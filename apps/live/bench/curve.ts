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
  /** Windows that come while it is counted. */
  wanted: number;
  dropped: number;
  errors: number;
  rssMb: number;
  /** Cores that the server kept busy. */
  cores: number;
}

const counts = [1, 10, 100, 300, 1000];
/** What four models make of a connection. */
const windowsASecond = 16;
/** What comes in the first seconds of a point is not counted: sessions begin, code is compiled. */
const warmUp = 3;
/** Longest that a point may take, ms: a server that is asked far too much answers late, or not at all. */
const patienceMs = 60_000;

function start(file: string, ...args: string[]) {
  const typed = file.endsWith(".ts") ? ["--import", "tsx", "--conditions=@earshot/source"] : [];
  const script = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const child = spawn(process.execPath, [...typed, script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    child,
    async next() {
      const { value } = await lines.next();
      if (value === undefined) throw new Error(`${file} ended before it answered.`);
      return JSON.parse(value);
    },
    /** Asks it to go, and makes it go if it does not. */
    async end() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

interface Usage {
  rss: number;
  cpuSec: number;
}

/** One point; undefined where nothing came back in time, or at all. */
async function measure(processes: number, connections: number, seconds: number): Promise<CurvePoint | undefined> {
  const server = start("serveMany.mjs", String(processes));
  let load: ReturnType<typeof start> | undefined;
  const usage = async (): Promise<Usage> => {
    server.child.stdin.write("usage\n");
    return server.next();
  };
  const work = async (): Promise<CurvePoint> => {
    const { url } = await server.next();
    load = start("load.ts", url, String(connections), String(seconds));
    await load.next();
    const before = await usage();
    const beganMs = performance.now();
    const told = await load.next();
    const { rss, cpuSec } = await usage();
    const elapsedSec = (performance.now() - beganMs) / 1000;
    const wanted = windowsASecond * connections * (seconds - warmUp);
    return {
      ...told,
      processes,
      connections,
      wanted,
      rssMb: rss / 2 ** 20,
      cores: (cpuSec - before.cpuSec) / elapsedSec,
    };
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const failed = (error: Error): undefined => void console.error(error.message);
  const point = await Promise.race([work().catch(failed), late]);
  clearTimeout(timer);
  load?.child.kill();
  await server.end();
  return point;
}

/**
 * Load with all shipped models, from one listener to a thousand, in one server process and in two behind one port; the listeners run on the same
 * machine. Takes about four minutes, six where the server cannot answer.
 *
 * @param seconds sound of each point
 */
export async function loadCurve(
  seconds: number,
  onPoint: (point: CurvePoint | undefined) => void,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const processes of [1, 2]) {
    for (const connections of counts) {
      const point = await measure(processes, connections, seconds);
      if (point) points.push(point);
      onPoint(point);
    }
  }
  return points;
}

/** The points as a table. */
export function curveTable(points: readonly CurvePoint[]): string {
  const ms = (value: number | undefined) => (value === undefined ? "–" : `${Math.round(value)} ms`);
  const lines = points.map((point) => {
    const { p50, p99, p999, predictions, wanted } = point;
    const answered = `${predictions} (${Math.round((100 * predictions) / wanted)} %)`;
    const before = [point.processes, point.connections, ms(p50), ms(p99), ms(p999), answered];
    const after = [point.dropped, point.errors, `${Math.round(point.rssMb)} MB`, point.cores.toFixed(2)];
    return `| ${[...before, ...after].join(" | ")} |`;
  });
  return [
    "| processes | connections | p50 | p99 | p99.9 | windows answered | dropped | failed | memory | cores |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}
