import { expect, it, vi } from "vitest";
import { decode } from "../src/index.js";
import { tiny } from "./tinyFiles.js";

let samplesDecoded = 0;
vi.mock("mpg123-decoder", () => ({
  MPEGDecoder: class {
    ready = Promise.resolve();
    decode() {
      const channel = new Float32Array(samplesDecoded).fill(1);
      return { channelData: [channel, channel], samplesDecoded, sampleRate: 8000, errors: [{ message: "lost" }] };
    }
  },
}));

const bytes = tiny("MP3 at 8 kHz, 1 channel");

it("decode says so where the decoder makes no sound of MP3 frames", async () => {
  samplesDecoded = 0;
  await expect(decode(bytes)).rejects.toThrow("decodeMp3: the frames hold no sound that can be decoded.");
});

it("decode ends a sound with silence whose last frames the decoder keeps back", async () => {
  samplesDecoded = 1000;
  const { samples } = await decode(bytes);
  expect(samples).toHaveLength(2304);
  expect([samples[0], samples[999], samples[1000]]).toEqual([1, 1, 0]);
});
