import { type IncomingMessage, request, type Server } from "node:http";
import { createChance } from "@earshot/testing/fuzz";
import {
  connectEnds,
  type Link,
  startVirtualClock,
  type VirtualClock,
  type Weather,
} from "@earshot/testing/simulation";
import { type LiveServer, startServerIn } from "../src/server/startServer.js";
import { inferenceThread, type Mischief } from "./inferenceThread.js";
import { type Habits, listen, patienceMs, type Tally } from "./listener.js";

export interface Simulated extends Tally {
  seed: number;
  hours: number;
  steps: number;
  /** Connections made; faults of the network; servers started. */
  links: number;
  faults: number;
  servers: number;
  /** Most bytes that waited for one client in the server. */
  mostWaiting: number;
  /** Violated invariants, each with its time. None is what a simulation is for. */
  violations: string[];
}

const hourMs = 3_600_000;
/** Small, so that a listener who does not read for half a minute is met often. */
const maxBufferedBytes = 2048;
const calm: Mischief = { throws: 0, hangs: 0, dies: 0, dawdles: 0 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The live server, its sessions and its clients under virtual time and a virtual network, from one seed: the code is the one that ships; only
 * time, sockets and the threads of inference are simulated.
 *
 * Invariants: every window is predicted or counted, in order; each probability is that of the listener's own audio; what waits is bounded; whoever ends
 * gets an answer; nothing is left behind when all have gone.
 *
 * @param hours simulated
 */
export async function simulate(seed: number, hours: number): Promise<Simulated> {
  const chance = createChance(seed);
  const clock = startVirtualClock(seed);
  const told: Simulated = {
    ...{ seed, hours, steps: 0, links: 0, faults: 0, servers: 0, mostWaiting: 0, violations: [] },
    ...{
      sessions: 0,
      done: 0,
      failed: 0,
      predictions: 0,
      dropped: 0,
      gated: 0,
      verified: 0,
      reconnects: 0,
      mostHeldSec: 0,
    },
  };
  const complain = (what: string) => {
    if (told.violations.length < 10) told.violations.push(`${(clock.nowMs / hourMs).toFixed(4)} h: ${what}`);
  };
  try {
    await run(clock, chance, hours * hourMs, told, complain);
  } catch (error) {
    complain((error as Error).message);
  } finally {
    told.steps = clock.steps;
    clock.restore();
  }
  return told;
}

async function run(
  clock: VirtualClock,
  chance: ReturnType<typeof createChance>,
  lengthMs: number,
  told: Simulated,
  complain: (what: string) => void,
): Promise<void> {
  let mischief = calm;
  let weather: Weather = { latencyMs: 20, jitterMs: 10, loss: 0, windowBytes: 65_536 };
  let http: Server | undefined;
  const links = new Set<Link>();
  const random = (mean: number) => -mean * Math.log(1 - chance.next());

  const start = async (): Promise<LiveServer> => {
    told.servers++;
    return startServerIn(
      {
        listen: async (server) => {
          http = server as Server;
          return 8123;
        },
        spawn: () => inferenceThread(clock, chance, () => mischief),
      },
      // The folder is never opened: the thread that would is simulated.
      {
        models: [{ folder: "simulated" }],
        page: false,
        logger: silent,
        limits: { maxBufferedBytes },
        session: { capacity: 1 },
      },
    );
  };
  /** Whoever keeps servers running starts them again where their models fail at once. */
  const startAgain = async (): Promise<LiveServer> => {
    for (;;) {
      try {
        return await start();
      } catch {
        await new Promise<void>((resume) => clock.after(1000, resume));
      }
    }
  };
  const connect = (address = `10.0.0.${chance.integer(1, 250)}`): Link => {
    const link = connectEnds(clock, chance, weather, address);
    told.links++;
    if (http) http.emit("connection", link.far);
    else clock.after(5, () => link.reset());
    links.add(link);
    link.near.once("close", () => links.delete(link));
    return link;
  };

  let server = await clock.until(start(), 60_000);
  let drainedMs = Number.NEGATIVE_INFINITY;
  const drained = () => clock.nowMs - drainedMs < 120_000;
  const running = new Set<Promise<void>>();
  const join = (habits: Habits) => {
    const one = listen(clock, chance, habits, told, connect, complain, drained).catch((error) =>
      complain(String(error)),
    );
    running.add(one);
    void one.finally(() => running.delete(one));
  };
  const someone = (seconds: number): Habits => ({
    sampleRate: chance.next() < 0.9 ? 8000 : 16_000,
    gate: chance.next() < 0.15,
    seconds,
    chunkSec: chance.of([0.25, 1, 1, 1]),
    leaves: chance.of(["ends", "ends", "ends", "ends", "closes", "vanishes"]),
  });

  // What happens when: each kind by itself, at random.
  const every = (meanMs: number, happen: () => void) => {
    const again = () =>
      clock.after(random(meanMs), () => {
        if (clock.nowMs > lengthMs) return;
        happen();
        again();
      });
    again();
  };
  every(300_000, () => join(someone(5 + random(35))));
  every(4 * hourMs, () => {
    for (let i = chance.integer(5, 30); i > 0; i--) join(someone(10 + random(20)));
  });
  every(30_000, () => {
    const link = [...links][chance.integer(0, links.size - 1)];
    if (!link) return;
    told.faults++;
    const fate = chance.next();
    if (fate < 0.6) link.stall(random(chance.of([3000, 40_000])), chance.of([undefined, "up", "down"]));
    else if (fate < 0.85) link.reset();
    else link.blackHole();
  });
  every(600_000, () => {
    weather = {
      latencyMs: random(60),
      jitterMs: random(60),
      loss: chance.of([0, 0, 0.01, 0.1]),
      windowBytes: chance.of([2048, 16_384, 65_536]),
    };
  });
  every(900_000, () => {
    const bad = () => (chance.next() < 0.5 ? 0.02 * chance.next() : 0);
    mischief = chance.next() < 0.4 ? calm : { throws: bad(), hangs: bad(), dies: bad(), dawdles: 25 * bad() };
  });
  every(1_200_000, () => {
    told.faults++;
    clock.jump(random(2000));
  });
  every(3 * hourMs, () => {
    const old = server;
    http = undefined;
    drainedMs = clock.nowMs;
    void (chance.next() < 0.7 ? old.drain() : old.close()).then(startAgain).then((fresh) => {
      server = fresh;
    });
  });
  const watch = () => {
    for (const { far } of links) told.mostWaiting = Math.max(told.mostWaiting, far.writableLength);
    if (told.mostWaiting > maxBufferedBytes + 1024) complain(`${told.mostWaiting} bytes wait for one client`);
    if (told.mostHeldSec > 2 + 1e-6) complain(`a client holds ${told.mostHeldSec} s back`);
    if (clock.nowMs < lengthMs) clock.after(2000, watch);
  };
  watch();

  await clock.run(lengthMs);
  mischief = calm;
  for (const one of [...running]) await clock.until(one, 2 * patienceMs);
  // What vanished is noticed by pings; then nothing may be left.
  await clock.run(clock.nowMs + 300_000);
  if (server.connections > 0) complain(`${server.connections} connections are left`);
  const left = await clock.until(metrics(connect("127.0.0.1")), 10_000);
  for (const name of ["earshot_connections", "earshot_streams", "earshot_inference_pending"]) {
    const value = new RegExp(`^${name} (\\S+)$`, "m").exec(left)?.[1];
    if (value !== "0") complain(`${name} is ${value} when all have gone`);
  }
  await clock.until(server.close(), 60_000);
}

/** What the server says of itself. */
function metrics(link: Link): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ path: "/metrics", host: "127.0.0.1", createConnection: () => link.near as never });
    asked.on("error", reject);
    asked.on("response", (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve(text));
    });
    asked.end();
  });
}
