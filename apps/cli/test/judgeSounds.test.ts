import { createRandom } from "@earshot/models";
import type { SpectrogramCodec } from "@earshot/models/generative";
import { describe, expect, it } from "vitest";
import { judgeSounds } from "../src/generative/judgeSounds.js";
import type { SoundPart } from "../src/generative/prepareSounds.js";
import type { SoundJudge } from "../src/generative/soundJudge.js";

/** A way through sound that costs nothing, and a judge who looks at the first number. */
const codec = { decode: (one: Float32Array) => one, encode: (one: Float32Array) => one } as unknown as SpectrogramCodec;
const judge = {
  predict: async (all: Float32Array[]) => all.map(([first]) => (first > 0 ? "loud" : "quiet")),
  embed: async (all: Float32Array[]) => ({
    data: Float32Array.from(all.flatMap((one) => [one[1], one[2]])),
    rows: all.length,
    cols: 2,
  }),
  dispose() {},
} as unknown as SoundJudge;

/** Ten pictures a class; class "quiet" differs a tenth as much among itself. */
function part(seed: number): SoundPart {
  const rng = createRandom(seed);
  const labels = Array.from({ length: 20 }, (_, i) => (i < 10 ? "loud" : "quiet"));
  const spectrograms = labels.map((label) =>
    Float32Array.from({ length: 12 }, (_, k) =>
      label === "loud" ? (k === 0 ? 2 : rng.normal()) : k === 0 ? -2 : 0.1 * rng.normal(),
    ),
  );
  return { spectrograms, labels, ids: labels.map((_, i) => `${seed}-${i}`) };
}

describe("judgeSounds", () => {
  const [own, test] = [part(1), part(2)];
  const judged = async (made: SoundPart) => (await judgeSounds(judge, made, { own, test }, codec, 3)).figures;

  it("finds copies: nearer to training than any recording outside it", async () => {
    const { nearer, nearest, copied, accuracy } = await judged(own);
    expect([nearer.value, nearest.value, copied.value, accuracy.value]).toEqual([1, 0, 1, 1]);
  });

  it("gives recordings what recordings get", async () => {
    const { nearer, nearest, nearestReal } = await judged(test);
    expect(nearer.value).toBe(0.5);
    expect(nearest.value).toBe(nearestReal.value);
  });

  it("weighs classes alike, however far apart their recordings lie", async () => {
    // Copies of the class whose recordings lie close together, and for the other one what no recording is near.
    const far = own.spectrograms.map((one, i) => (i < 10 ? one.map((v, k) => (k === 0 ? v : v + 9)) : one));
    expect((await judged({ ...own, spectrograms: far })).nearer.value).toBe(0.5);
  });
});
