import { featureExtractor } from "@earshot/dsp";
import type { Chance } from "@earshot/testing/fuzz";
import type { Link, VirtualClock } from "@earshot/testing/simulation";
import { WebSocket } from "ws";
import { createLiveClient } from "../src/client/index.js";
import type { SocketClass } from "../src/client/socketLike.js";
import type { Done, PredictionMessage } from "../src/protocol/messages.js";
import { modelInfos, probabilityOf } from "./models.js";

/** What one listener does. */
export interface Habits {
  /** 8,000 Hz, the rate of the features, or another that has to be brought to it. */
  sampleRate: number;
  gate: boolean;
  /** How long it sends, and how much a message holds, s. */
  seconds: number;
  chunkSec: number;
  /** How it goes: says so and waits, or closes, or is not heard of any more. */
  leaves: "ends" | "closes" | "vanishes";
}

export interface Tally {
  sessions: number;
  done: number;
  failed: number;
  predictions: number;
  dropped: number;
  gated: number;
  /** Windows whose probability was computed again from what was sent. */
  verified: number;
  /** Clients' connections that were made again. */
  reconnects: number;
  /** Most audio a client held back, s. */
  mostHeldSec: number;
}

const extractors = modelInfos.map((info) => featureExtractor(info.features));
/** Audio kept for computing again, s. */
const keptSec = 90;
/** Longest that a listener may wait for the end of what it sent, ms: every limit on the way is shorter. */
export const patienceMs = 400_000;

/** Noise of which everybody takes another part. */
const noise = Float32Array.from({ length: 1 << 19 }, (_, i) => {
  const state = Math.imul(i + 1, 0x9e3779b1) ^ (Math.imul(i + 1, 0x85ebca6b) >>> 13);
  return ((state | 0) / 2 ** 31) * (0.02 + 0.4 * ((i >> 13) % 7 === 0 ? 0 : ((i >> 12) % 5) / 5));
});

/** What a connection carried, and what came back: counted as one listener sees it. */
class Carried {
  private readonly ring: Float32Array;
  private sent = 0;
  private readonly heard = new Map<string, { last: number; count: number }>();
  /** Answers that do not fit the audio, until it is known how much of it was heard. */
  private strange: { endSec: number; what: string }[] = [];
  predictions = 0;

  /** @param drained whether a server went down lately: what was on its way to it then is not heard */
  constructor(
    private readonly habits: Habits,
    private readonly tally: Tally,
    private readonly complain: (what: string) => void,
    private readonly drained: () => boolean,
  ) {
    this.ring = new Float32Array(habits.sampleRate === 8000 ? 8000 * keptSec : 0);
  }

  audio(bytes: Uint8Array): void {
    const count = bytes.length / 2;
    if (this.ring.length > 0) {
      const view = new Int16Array(bytes.buffer, bytes.byteOffset, count);
      let at = this.sent % this.ring.length;
      for (let i = 0; i < count; i++) {
        this.ring[at] = view[i] / 32_768;
        at = at + 1 === this.ring.length ? 0 : at + 1;
      }
    }
    this.sent += count;
  }

  prediction({ model, startSec, endSec, probabilities, dropped }: PredictionMessage): void {
    this.predictions++;
    const at = modelInfos.findIndex(({ name }) => name === model);
    const { stepSec, classes } = modelInfos[at];
    const index = Math.round(startSec / stepSec);
    const heard = this.heard.get(model) ?? { last: -1, count: 0 };
    heard.count++;
    if (index <= heard.last) this.complain(`${model}: window ${index} came after window ${heard.last}`);
    // Counted so far: a newer window that found no room may be among them. Gated ones are told at the end.
    const missing = index + 1 - heard.count;
    if (!this.habits.gate && missing > dropped) {
      this.complain(`${model}: ${missing} windows up to ${index} were not predicted, ${dropped} are counted`);
    }
    heard.last = index;
    this.heard.set(model, heard);
    this.compute(at, startSec, endSec, probabilities[classes[0]]);
  }

  /** What belongs to another connection, or to other audio of this one, does not come out the same. */
  private compute(at: number, startSec: number, endSec: number, got: number): void {
    const [from, to] = [startSec * 8000, endSec * 8000].map(Math.round);
    if (this.ring.length === 0 || from < this.sent - this.ring.length || to > this.sent) return;
    const expected = probabilityOf(extractors[at](this.between(from, to)).data);
    const off = Math.abs(expected - got);
    // The turn from 1 to 0 may fall between the two.
    if (Math.min(off, 0.96 - off) > 1e-3) {
      this.strange.push({ endSec, what: `${modelInfos[at].name}: ${got} at ${startSec} s, ${expected} belongs there` });
    }
    this.tally.verified++;
  }

  private between(from: number, to: number): Float32Array {
    const { length } = this.ring;
    const [begin, end] = [from % length, to % length];
    if (begin < end) return this.ring.subarray(begin, end);
    const samples = new Float32Array(to - from);
    samples.set(this.ring.subarray(begin));
    samples.set(this.ring.subarray(0, end), length - begin);
    return samples;
  }

  done({ audioSec, predictions, dropped, gated }: Done): void {
    const { sampleRate } = this.habits;
    const heard = Math.round(audioSec * sampleRate);
    if (heard > this.sent || (heard < this.sent && !this.drained())) {
      this.complain(`${audioSec} s were heard of ${this.sent / sampleRate} s that were sent`);
    }
    const samples = Math.ceil((heard * 8000) / sampleRate);
    if (heard < this.sent) this.strange = this.strange.filter(({ endSec }) => endSec <= audioSec);
    const expected = modelInfos.reduce((sum, { windowSec, stepSec }) => sum + windows(samples, windowSec, stepSec), 0);
    if (predictions + dropped + gated !== expected) {
      this.complain(`${predictions} predicted, ${dropped} dropped, ${gated} gated of ${expected} windows`);
    }
    if (predictions !== this.predictions) this.complain(`${predictions} were predicted, ${this.predictions} arrived`);
    this.tally.dropped += dropped;
    this.tally.gated += gated;
    this.over();
  }

  /** Tells of answers that did not fit; the padded last window of a server that went down does not. */
  over(): void {
    for (const { what } of this.strange.splice(0)) if (!this.drained()) this.complain(what);
  }
}

/** Whole windows, and one more, padded, where they leave an end uncovered. */
function windows(samples: number, windowSec: number, stepSec: number): number {
  const [size, step] = [windowSec * 8000, stepSec * 8000];
  let count = 0;
  while (count * step + size <= samples) count++;
  const covered = count === 0 ? 0 : (count - 1) * step + size;
  return covered < samples && count * step < samples ? count + 1 : count;
}

/**
 * One listener, from its first connection to its end: the client's own code over a simulated network.
 *
 * @param connect makes a connection to the server
 * @param complain told of each violated invariant
 * @param drained whether a server went down lately
 */
export async function listen(
  clock: VirtualClock,
  chance: Chance,
  habits: Habits,
  tally: Tally,
  connect: () => Link,
  complain: (what: string) => void,
  drained: () => boolean,
): Promise<void> {
  const { sampleRate, gate, seconds, chunkSec, leaves } = habits;
  let carried: Carried | undefined;
  let link: Link | undefined;

  class SimulatedSocket extends WebSocket {
    private readonly own = new Carried(habits, tally, complain, drained);

    constructor(url: string, protocols: string[]) {
      const made = connect();
      carried?.over();
      super(url, protocols, { createConnection: () => made.near as never, perMessageDeflate: false });
      link = made;
      carried = this.own;
    }

    override send(data: string | Uint8Array): void {
      if (typeof data !== "string") this.own.audio(data);
      super.send(data);
    }
  }

  tally.sessions++;
  const client = createLiveClient({
    url: "ws://127.0.0.1:8123/v1",
    sampleRate,
    gate,
    latencySec: 0,
    reconnect: chance.next() < 0.7,
    WebSocket: SimulatedSocket as unknown as SocketClass,
    onPrediction: (message) => {
      tally.predictions++;
      carried?.prediction(message);
    },
    onDone: (message) => carried?.done(message),
  });
  const size = Math.round(chunkSec * sampleRate);
  let at = chance.integer(0, noise.length - size - 1);
  const untilMs = clock.nowMs + seconds * 1000;
  while (clock.nowMs < untilMs && client.state !== "failed") {
    at = (at + size) % (noise.length - size);
    client.send(noise.subarray(at, at + size));
    tally.mostHeldSec = Math.max(tally.mostHeldSec, client.heldSec);
    await new Promise<void>((resume) => clock.after(chunkSec * 1000, resume));
  }
  tally.reconnects += client.counters.reconnects;
  if (leaves === "vanishes") link?.blackHole();
  else if (leaves === "ends" && client.state !== "failed") {
    const ended = client.end().then(
      () => "done" as const,
      () => "failed" as const,
    );
    const late = new Promise<"late">((give) => clock.after(patienceMs, () => give("late")));
    const outcome = await Promise.race([ended, late]);
    if (outcome === "late") complain(`${habits.seconds} s of audio were not worked off within ${patienceMs / 1000} s`);
    else tally[outcome]++;
  }
  client.close();
  carried?.over();
}
