import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeWav, syntheticSpeech } from "@earshot/datasets";
import type { createRandom } from "@earshot/models";
import { startRedis } from "@earshot/testing/redis";
import { extractCorpus } from "../../src/features/extractCorpus.js";
import { runOn } from "../../src/queue/distribute.js";
import { runHere } from "../../src/queue/runHere.js";
import { built, type Killed, Victim } from "./process.js";

const config = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 64, nMels: 40, nMfcc: 20 } as const;
/** Entries of one extraction. */
const entries = 4000;

/** Parts that are done. */
const made = (parts: string): number => (existsSync(parts) ? readdirSync(parts).length : 0);

/** Extractions whose two workers and whose Redis are killed while they run, until so many kills. */
export async function killQueue(folder: string, wanted: number, rng: ReturnType<typeof createRandom>): Promise<Killed> {
  const sounds = join(folder, "sounds");
  mkdirSync(sounds, { recursive: true });
  mkdirSync(join(folder, "redis"));
  const { items } = syntheticSpeech({ speakers: 2, takes: 1, sampleRate: 8000 });
  for (const item of items)
    writeFileSync(join(sounds, `${item.id.replace(/\W/g, "_")}.wav`), encodeWav(await item.load()));
  const files = readdirSync(sounds).sort();
  const corpus = {
    items: Array.from({ length: entries }, (_, i) => ({
      id: `i${i}`,
      label: String(i % 10),
      path: join(sounds, files[i % files.length]),
      load: () => Promise.reject(),
    })),
    title: "killed",
    licence: "none",
  };
  const redis = await startRedis(join(folder, "redis"));
  const { signal } = new AbortController();
  const extract = (name: string, runner = runOn(redis.url)) =>
    extractCorpus(corpus, { config, skipBroken: false, out: join(folder, name), runner, signal });
  await extract("whole.arrow", runHere(1));
  const want = readFileSync(join(folder, "whole.arrow"));

  const work = () =>
    new Victim(
      `const { workOff } = await import("${built("queue/work.js")}");
await workOff("${redis.url}", { workers: 1, lockMs: 1000 });`,
      true,
    );
  const workers = [work(), work()];
  const kills = { workers: 0, redis: 0 };
  let rounds = 0;
  let again = 0;
  try {
    while (kills.workers + kills.redis < wanted) {
      const name = `killed${rounds++}.arrow`;
      let done = false;
      const making = (async () => {
        // A job whose workers died six times is a dead letter: whoever asks again has it done.
        for (;;) {
          try {
            return await extract(name);
          } catch (error) {
            // So it is where Redis was down when the command began.
            if (!/stalled|ended by itself|No queue answers/.test(String(error))) throw error;
            again++;
            await sleep(200);
          }
        }
      })().finally(() => {
        done = true;
      });
      making.catch(() => {});
      while (!done && kills.workers + kills.redis < wanted) {
        // Whoever dies before anything was done only wears the jobs out: a dead letter is one whose workers died six times.
        const before = made(`${join(folder, name)}.parts`);
        for (let i = 0; i < 400 && !done && made(`${join(folder, name)}.parts`) <= before; i++) await sleep(50);
        await sleep(800 * rng.next());
        if (done) break;
        if (rng.next() < 0.3) {
          await redis.kill();
          kills.redis++;
          await sleep(300 * rng.next());
          await redis.start();
        } else {
          const which = rng.below(2);
          // One that began while Redis was down has ended with a sentence: whoever keeps workers running starts it again.
          if (await workers[which].kill()) kills.workers++;
          workers[which] = work();
        }
      }
      const { items: rows } = await making;
      if (rows !== entries || !readFileSync(join(folder, name)).equals(want)) {
        throw new Error(
          `extraction ${rounds} differs from that of one machine after ${kills.workers + kills.redis} kills.`,
        );
      }
      console.error(`queue: ${kills.workers} kills of workers, ${kills.redis} of Redis, ${rounds} extractions`);
    }
  } finally {
    await Promise.all(workers.map((one) => one.kill()));
    await redis.kill();
  }
  return {
    kills: kills.workers + kills.redis,
    what: `${kills.workers} of workers and ${kills.redis} of Redis, ${rounds} files of ${entries} rows byte for byte those of one machine, ${again} asked for again`,
  };
}
