import { mkdirSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { createChance } from "@earshot/testing/fuzz";
import { type RedisServer, startRedis } from "@earshot/testing/redis";
import { startVirtualClock } from "@earshot/testing/simulation";
import { openSimulated, type Way } from "../simulation/broker.js";
import { type Loss, SimulatedRedis } from "../simulation/redis.js";
import type { Broker } from "../src/queue/broker.js";
import { openBullMq } from "../src/queue/bullMq.js";

/** A machine: its broker, and its way to the server, which can be cut. */
export interface Machine {
  broker: Broker;
  way: { cut: boolean };
}

/** Where the contract is tried: over Redis, or simulated. */
export interface World {
  machine(): Promise<Machine>;
  /** @param folder where a server may keep its file */
  begin(folder: string): Promise<void>;
  end(): Promise<void>;
  /** Lets time pass until it is over. */
  run(body: () => Promise<void>): Promise<void>;
}

let redis: RedisServer;
const links = new Set<() => void>();

export const overRedis: World = {
  async begin(folder) {
    mkdirSync(folder);
    redis = await startRedis(folder);
  },
  async end() {
    for (const close of links) close();
    await redis.kill();
  },
  async machine() {
    const way = { down: false };
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      if (way.down) {
        near.destroy();
        return;
      }
      const far = dial(redis.port, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        sockets.add(one);
        one.on("error", () => {}).on("close", () => other.destroy());
        one.pipe(other);
      }
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const hangUp = (): void => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    };
    links.add(() => {
      hangUp();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const broker = await openBullMq(`redis://127.0.0.1:${port}`);
    return {
      broker,
      way: {
        get cut() {
          return way.down;
        },
        set cut(down) {
          way.down = down;
          if (down) hangUp();
        },
      },
    };
  },
  run: (body) => body(),
};

let server: SimulatedRedis;
export const simulated: World = {
  begin: async () => {},
  end: async () => {},
  async machine() {
    const way: Way = { latencyMs: 1, loss: 0, cut: false };
    return { broker: await openSimulated(server, way, createChance(3)), way };
  },
  async run(body) {
    const clock = startVirtualClock(1);
    server = new SimulatedRedis(clock);
    try {
      await clock.until(body(), 3_600_000);
    } finally {
      clock.restore();
    }
  },
};

/** Ends the simulated server for a while. */
export const crash = (loss: Loss): void => server.crash(loss, 5000);
