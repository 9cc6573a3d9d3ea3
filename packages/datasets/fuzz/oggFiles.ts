import type { Chance } from "@earshot/testing/fuzz";
import { pageCrc, readOggPackets } from "../src/decode/ogg.js";
import { flipBits } from "./flips.js";
import { joined } from "./zooParts.js";

const pageMark = 0x4f676753;

/** A page of an Ogg file, its check sum right. Flags: 1 goes on with a packet, 2 first, 4 last. */
export function oggPage(
  sequence: number,
  laces: ArrayLike<number>,
  data: Uint8Array,
  { flags = 0, granule = -1 }: { flags?: number; granule?: number } = {},
): Uint8Array {
  const page = new Uint8Array(27 + laces.length + data.length);
  const view = new DataView(page.buffer);
  view.setUint32(0, pageMark, false);
  page[5] = flags;
  view.setBigInt64(6, BigInt(granule), true);
  view.setUint32(14, 1, true);
  view.setUint32(18, sequence, true);
  page[26] = laces.length;
  page.set(laces, 27);
  page.set(data, 27 + laces.length);
  view.setUint32(22, pageCrc(page, 0, page.length), true);
  return page;
}

/**
 * Writes packets as an Ogg stream, a page each.
 *
 * @param granules samples up to the end of each packet
 */
export function writeOgg(packets: readonly Uint8Array[], granules: readonly number[]): Uint8Array {
  return joined(
    ...packets.map((packet, i) => {
      const laces = new Uint8Array(Math.floor(packet.length / 255) + 1).fill(255);
      laces[laces.length - 1] = packet.length % 255;
      const flags = (i === 0 ? 2 : 0) | (i === packets.length - 1 ? 4 : 0);
      return oggPage(i, laces, packet, { flags, granule: granules[i] });
    }),
  );
}

/** Check sums that fit the damaged pages: what comes behind their test must stand on its own. */
export function mendOgg(bytes: Uint8Array): Uint8Array {
  const mended = bytes.slice();
  const view = new DataView(mended.buffer);
  for (let at = 0; at + 27 <= mended.length && view.getUint32(at, false) === pageMark; ) {
    const laces = mended.subarray(at + 27, at + 27 + mended[at + 26]);
    const end = at + 27 + laces.length + laces.reduce((sum, lace) => sum + lace, 0);
    if (end > mended.length) break;
    view.setUint32(at + 22, pageCrc(mended, at, end), true);
    at = end;
  }
  return mended;
}

/** Positions of samples at which readers go wrong. */
const edges = [-(2 ** 62), -2, -1, 0, 1, 312, 2 ** 16, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 62];

/**
 * Damages the packets of a stream, in pages that are as they should be: what is below the pages is reached each time.
 *
 * @throws AudioFormatError if the seed is no Ogg file
 */
export function damagePackets(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  const stream = readOggPackets(seed);
  const foreign = readOggPackets(other, { truncated: "keep" }).packets;
  const packets: Uint8Array[] = stream.packets.map((packet) => packet.slice());
  const granules = stream.granules.slice();
  for (let changes = chance.integer(1, 3); changes > 0 && packets.length > 0; changes--) {
    const at = chance.integer(0, packets.length - 1);
    switch (chance.integer(0, 9)) {
      case 0:
        packets[at] = packets[at].slice(0, chance.integer(0, packets[at].length));
        break;
      case 1:
        packets.splice(at, 1);
        granules.splice(at, 1);
        break;
      case 2:
        packets.splice(at, 0, chance.of(foreign.length > 0 ? foreign : packets));
        granules.splice(at, 0, chance.of(granules));
        break;
      case 3:
        granules[at] = chance.of(edges);
        break;
      default:
        packets[at] = flipBits(packets[at], 0, packets[at].length, chance);
    }
  }
  return writeOgg(packets, granules);
}
