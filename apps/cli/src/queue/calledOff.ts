import type { Redis } from "ioredis";
import { queuePrefix } from "./task.js";

// Titles of undertakings that somebody called off: their commands and workers look here, since jobs that are gone tell nothing.
const key = `${queuePrefix}:cancelled`;
const keptSec = 7 * 86_400;

/** Marks an undertaking as called off. */
export async function callOff(redis: Redis, title: string): Promise<void> {
  await redis.multi().sadd(key, title).expire(key, keptSec).exec();
}

/** Takes the mark away: somebody asked for the work again. */
export async function callOn(redis: Redis, title: string): Promise<void> {
  await redis.srem(key, title);
}

/** Which of these undertakings were called off. */
export async function calledOff(redis: Redis, titles: readonly string[]): Promise<Set<string>> {
  if (titles.length === 0) return new Set();
  const marks = await redis.smismember(key, ...titles);
  return new Set(titles.filter((_, i) => marks[i] === 1));
}
