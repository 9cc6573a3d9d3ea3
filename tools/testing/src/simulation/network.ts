import { Duplex } from "node:stream";
import type { Chance } from "../fuzz/chance.js";
import type { VirtualClock } from "./clock.js";

/** How bytes travel one way. */
export interface Weather {
  latencyMs: number;
  jitterMs: number;
  /** Share of pieces that are lost and come again after a second or so, as TCP has it. */
  loss: number;
  /** Bytes under way in one direction before the writer has to wait. */
  windowBytes: number;
}

/** Two ends of a connection and what can befall it. */
export interface Link {
  /** The caller's end, and the other. */
  readonly near: Duplex;
  readonly far: Duplex;
  /** Nothing arrives for a while, in one direction or both. */
  stall(ms: number, direction?: "up" | "down"): void;
  /** Both ends hear that it broke. */
  reset(): void;
  /** Nothing arrives any more; the ends give up two minutes later. */
  blackHole(): void;
}

const giveUpMs = 120_000;

interface Piece {
  bytes: Buffer;
  taken: (error?: Error | null) => void;
}

/** One end: what is written here is read at the other end, later. */
class End extends Duplex {
  other!: End;
  readonly remoteAddress: string;
  stalledUntilMs = 0;
  lost = false;
  private lastArrivalMs = 0;
  private underWay = 0;
  private readonly waiting: Piece[] = [];
  private readonly arrived: Buffer[] = [];
  private readonly road: (() => void)[] = [];
  private full = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
    private readonly weather: Weather,
    remoteAddress: string,
  ) {
    super({ allowHalfOpen: true });
    this.remoteAddress = remoteAddress;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, taken: Piece["taken"]): void {
    this.waiting.push({ bytes, taken });
    this.transmit();
  }

  override _final(done: () => void): void {
    this.schedule(() => this.other.push(null));
    done();
  }

  override _read(): void {
    this.full = false;
    while (this.arrived.length > 0 && !this.full) this.hand(this.arrived.shift() as Buffer);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const { taken } of this.waiting.splice(0)) taken(error ?? new Error("the connection is gone"));
    // The other end hears of it as of everything else: later.
    if (!this.lost) {
      this.schedule(() => {
        if (error) this.other.destroy(gone("ECONNRESET"));
        else if (!this.other.readableEnded) this.other.push(null);
        if (!error && !this.other.destroyed && this.other.writableEnded) this.other.destroy();
        else if (!error && !this.other.destroyed) this.clock.after(1, () => this.other.destroy());
      });
    }
    done(error);
  }

  private transmit(): void {
    while (this.waiting.length > 0 && this.underWay < this.weather.windowBytes) {
      const { bytes, taken } = this.waiting.shift() as Piece;
      this.underWay += bytes.length;
      this.schedule(() => this.other.receive(bytes));
      taken();
    }
  }

  private receive(bytes: Buffer): void {
    if (this.destroyed) return;
    if (this.full) this.arrived.push(bytes);
    else this.hand(bytes);
  }

  private hand(bytes: Buffer): void {
    this.full = !this.push(bytes);
    this.other.underWay -= bytes.length;
    this.other.transmit();
  }

  /** In order, whatever the weather. */
  private schedule(arrive: () => void): void {
    if (this.lost) return;
    const { latencyMs, jitterMs, loss } = this.weather;
    const again = this.chance.next() < loss ? 200 + 1500 * this.chance.next() : 0;
    const atMs = this.clock.nowMs + latencyMs + jitterMs * this.chance.next() + again;
    this.lastArrivalMs = Math.max(atMs, this.lastArrivalMs, this.stalledUntilMs);
    this.road.push(arrive);
    this.clock.after(this.lastArrivalMs - this.clock.nowMs, this.next);
  }

  /** Each call lets one thing arrive, the first that left. A stall that began meanwhile holds up what was under way too. */
  private readonly next = (): void => {
    if (this.lost) return;
    const waitMs = this.stalledUntilMs - this.clock.nowMs;
    if (waitMs > 0) this.clock.after(waitMs, this.next);
    else this.road.shift()?.();
  };
}

const gone = (code: string): Error => Object.assign(new Error(`the connection ended: ${code}`), { code });

/** A connection between two ends of this process, over a network with weather. */
export function connectEnds(clock: VirtualClock, chance: Chance, weather: Weather, address: string): Link {
  const near = new End(clock, chance, weather, "server");
  const far = new End(clock, chance, weather, address);
  near.other = far;
  far.other = near;
  for (const end of [near, far]) end.on("error", () => {});
  const breakOff = (code: string) => {
    near.lost = true;
    far.lost = true;
    near.destroy(gone(code));
    far.destroy(gone(code));
  };
  return {
    near,
    far,
    stall(ms, direction) {
      if (direction !== "down") near.stalledUntilMs = clock.nowMs + ms;
      if (direction !== "up") far.stalledUntilMs = clock.nowMs + ms;
    },
    reset: () => breakOff("ECONNRESET"),
    blackHole() {
      near.lost = true;
      far.lost = true;
      clock.after(giveUpMs, () => breakOff("ETIMEDOUT"));
    },
  };
}
