import { readFileSync } from "node:fs";
import { pageCrc, readOggPackets } from "../src/decode/ogg.js";

interface TinyCase {
  name: string;
  base64: string;
}
const { cases } = JSON.parse(readFileSync(new URL("golden/tiny.json", import.meta.url), "utf8")) as {
  cases: TinyCase[];
};

/** A file of golden/tiny.json. */
export function tiny(name: string): Uint8Array {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`golden/tiny.json has no "${name}"`);
  return new Uint8Array(Buffer.from(found.base64, "base64"));
}

/** The packets of a file of golden/tiny.json, as copies, and where their sound ends. */
export function packetsOf(name: string): { packets: Uint8Array[]; granules: number[]; lastGranule: number } {
  const { packets, granules, lastGranule } = readOggPackets(tiny(name));
  return { packets: packets.map((packet) => packet.slice()), granules, lastGranule };
}

/** A page of an Ogg file, its check sum right. Flags: 1 goes on with a packet, 2 first, 4 last. */
export function page(
  sequence: number,
  laces: readonly number[],
  data: Uint8Array,
  { flags = 0, granule = -1 }: { flags?: number; granule?: number } = {},
): Uint8Array {
  const out = new Uint8Array(27 + laces.length + data.length);
  const view = new DataView(out.buffer);
  out.set([0x4f, 0x67, 0x67, 0x53]);
  out[5] = flags;
  view.setBigInt64(6, BigInt(granule), true);
  view.setUint32(14, 1, true);
  view.setUint32(18, sequence, true);
  out[26] = laces.length;
  out.set(laces, 27);
  out.set(data, 27 + laces.length);
  view.setUint32(22, pageCrc(out, 0, out.length), true);
  return out;
}

export const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
