import { readFileSync } from "node:fs";
import { readOggPackets } from "../src/decode/ogg.js";

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
