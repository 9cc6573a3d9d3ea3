import type { WavFormat } from "./wavFormat.js";

/** How much the step grows after each code of MS-ADPCM, in 256ths. */
const adaptation = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];
const imaIndex = [-1, -1, -1, -1, 2, 4, 6, 8];
/** The 89 steps of IMA ADPCM: each about 1.1 times the one before. */
const imaStep = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

const clamp16 = (x: number): number => Math.max(-32768, Math.min(32767, x));

/**
 * Decodes blocks of MS or IMA ADPCM.
 *
 * @param bytes whole blocks, the last one possibly short
 * @param frames samples a channel to return; what the blocks hold beyond is padding
 * @returns interleaved samples, full scale ±1
 * Source: Microsoft, New Multimedia Data Types; IMA, Recommended Practices 1992. Equal to ffmpeg's and libsndfile's samples.
 */
export function decodeAdpcm(bytes: Uint8Array, format: WavFormat, frames: number): Float32Array {
  const { channels, blockAlign, samplesPerBlock } = format;
  const out = new Float32Array(frames * channels);
  const decodeBlock = format.coding === "adpcm_ms" ? decodeMsBlock : decodeImaBlock;
  for (let block = 0, frame = 0; frame < frames; block += blockAlign, frame += samplesPerBlock) {
    const count = Math.min(samplesPerBlock, frames - frame);
    decodeBlock(
      bytes.subarray(block, block + blockAlign),
      format,
      out.subarray(frame * channels, (frame + count) * channels),
    );
  }
  return out;
}

function decodeMsBlock(block: Uint8Array, { channels, coefficients = [] }: WavFormat, out: Float32Array): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const state = Array.from({ length: channels }, (_, c) => {
    // A predictor that the header does not list: the first, as libsndfile does.
    const [c1, c2] = coefficients[block[c]] ?? coefficients[0];
    const delta = view.getInt16(channels + 2 * c, true);
    return {
      c1,
      c2,
      delta,
      s1: view.getInt16(3 * channels + 2 * c, true),
      s2: view.getInt16(5 * channels + 2 * c, true),
    };
  });
  for (let c = 0; c < channels; c++) {
    out[c] = state[c].s2 / 32768;
    if (channels + c < out.length) out[channels + c] = state[c].s1 / 32768;
  }
  for (let i = 2 * channels, nibble = 0; i < out.length; i++, nibble++) {
    const byte = block[7 * channels + (nibble >> 1)];
    const code = nibble & 1 ? byte & 15 : byte >> 4;
    const s = state[i % channels];
    const predicted = (s.s1 * s.c1 + s.s2 * s.c2) >> 8;
    const sample = clamp16(predicted + (code > 7 ? code - 16 : code) * s.delta);
    s.s2 = s.s1;
    s.s1 = sample;
    s.delta = Math.max(16, (adaptation[code] * s.delta) >> 8);
    out[i] = sample / 32768;
  }
}

function decodeImaBlock(block: Uint8Array, { channels }: WavFormat, out: Float32Array): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const frames = out.length / channels;
  for (let c = 0; c < channels; c++) {
    let sample = view.getInt16(4 * c, true);
    let index = Math.min(88, block[4 * c + 2]);
    out[c] = sample / 32768;
    for (let t = 1; t < frames; t++) {
      // Each channel has 4 bytes (8 samples) in turn.
      const k = t - 1;
      const byte = block[4 * channels + ((k >> 3) * channels + c) * 4 + ((k & 7) >> 1)];
      const code = k & 1 ? byte >> 4 : byte & 15;
      const step = imaStep[index];
      let difference = step >> 3;
      if (code & 1) difference += step >> 2;
      if (code & 2) difference += step >> 1;
      if (code & 4) difference += step;
      sample = clamp16(code & 8 ? sample - difference : sample + difference);
      index = Math.min(88, Math.max(0, index + imaIndex[code & 7]));
      out[t * channels + c] = sample / 32768;
    }
  }
}
