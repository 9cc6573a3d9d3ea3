import type { Broker } from "./broker.js";
import { openBullMq } from "./bullMq.js";

/** Where a queue is: the URL of a Redis or Valkey server, or what opens another broker. */
export type QueueAt = string | (() => Promise<Broker>);

/** Works on a queue and lets it go again. @throws UserError if no server answers */
export async function withBroker<T>(at: QueueAt, work: (broker: Broker) => Promise<T>): Promise<T> {
  const broker = await (typeof at === "string" ? openBullMq(at) : at());
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}
