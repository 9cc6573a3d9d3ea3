import { describe, expect, it } from "vitest";
import { findMpegFrames } from "../src/decode/mpegFrames.js";
import { ascii } from "./support.js";

describe("findMpegFrames", () => {
  it("takes a frame for sound that is too short for the number of frames which its mark promises", () => {
    // MPEG 2, layer 3, 8 kbit/s at 22,050 Hz: 26 bytes, of which the mark begins at the 21st.
    const frame = ascii(`\xff\xf3\x10\0${"\0".repeat(17)}Xing\0\0\0\x0f\0`);
    const stream = findMpegFrames(frame, { truncated: "keep" });
    expect(stream.offsets).toEqual([0]);
    expect(stream.infoOffset).toBeUndefined();
  });
});
