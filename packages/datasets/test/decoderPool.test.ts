import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { createPool } from "../src/decode/decoderPool.js";
import { decodeChannels } from "../src/index.js";

interface Fake {
  id: number;
  renewed: number;
}

function fakePool() {
  let made = 0;
  const load = vi.fn(async () => "library");
  const pool = createPool<string, Fake>(
    load,
    async () => ({ id: ++made, renewed: 0 }),
    (decoder) => {
      decoder.renewed++;
    },
  );
  return { pool, load, made: () => made };
}
const sound = () => true;

describe("createPool", () => {
  it("lets a decoder serve again, made as new before each stream, and loads its library once", async () => {
    const { pool, load, made } = fakePool();
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push(await pool.use(({ id, renewed }) => [id, renewed], sound));
    expect(seen).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(made()).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("never uses a decoder again whose stream was damaged, and lets a new one have the last word", async () => {
    const { pool } = fakePool();
    await pool.use(() => 0, sound);
    expect(
      await pool.use(
        ({ id }) => id,
        (id) => id !== 1,
      ),
    ).toBe(2);
    expect(await pool.use(({ id }) => id, sound)).toBe(2);
    expect(
      await pool.use(
        ({ id }) => id,
        () => false,
      ),
    ).toBe(3);
    expect(await pool.use(({ id }) => id, sound)).toBe(4);
  });

  it("tells what a new decoder throws, and not what a used one did", async () => {
    const { pool } = fakePool();
    const fail = ({ id }: Fake): never => {
      throw new Error(`decoder ${id}`);
    };
    await pool.use(() => 0, sound);
    await expect(pool.use(fail, sound)).rejects.toThrow("decoder 2");
    expect(await pool.use(({ id }) => id, sound)).toBe(3);
  });

  it("gives each stream of many at once a decoder of its own, keeps four, and each for 24 streams", async () => {
    const { pool, made } = fakePool();
    const together = () => Promise.all(Array.from({ length: 6 }, () => pool.use(async ({ id }) => id, sound)));
    expect(new Set(await together()).size).toBe(6);
    await together();
    expect(made()).toBe(8);
    const alone = fakePool();
    for (let i = 0; i < 49; i++) await alone.pool.use(() => 0, sound);
    expect(alone.made()).toBe(3);
  });
});

describe("decode of one file after another", () => {
  interface TinyCase {
    name: string;
    base64: string;
  }
  const { cases } = JSON.parse(readFileSync(new URL("golden/tiny.json", import.meta.url), "utf8")) as {
    cases: TinyCase[];
  };

  it.each(cases)("gives the same samples every time, whatever broken file came between: $name", async ({ base64 }) => {
    // Decoders from npm print what they dislike.
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const bytes = new Uint8Array(Buffer.from(base64, "base64"));
    const first = await decodeChannels(bytes);
    for (let i = 1; i <= 3; i++) {
      const broken = bytes.slice();
      broken[broken.length - 9 * i] ^= 0xff;
      await decodeChannels(broken, { truncated: "keep" }).catch(() => undefined);
      const { channels } = await decodeChannels(bytes);
      channels.forEach((channel, c) => {
        expect(Buffer.compare(Buffer.from(channel.buffer), Buffer.from(first.channels[c].buffer))).toBe(0);
      });
    }
    quiet.mockRestore();
  });
});
