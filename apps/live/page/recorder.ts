import { encodePcm16 } from "../src/core/pcm.js";

/** Longest recording kept, s. */
const maxSec = 600;

/** Keeps what is heard while recording is on, and gives it back as a WAV file. */
export function createRecorder() {
  let chunks: Uint8Array[] | undefined;
  let rate = 0;
  let heldSec = 0;
  return {
    get on() {
      return chunks !== undefined;
    },
    start(): void {
      chunks = [];
      heldSec = 0;
    },
    /** False once the recording is full. */
    hear(samples: Float32Array, sampleRate: number): boolean {
      if (!chunks || heldSec >= maxSec) return !chunks;
      rate = sampleRate;
      heldSec += samples.length / sampleRate;
      chunks.push(encodePcm16(samples));
      return true;
    },
    stop(): Blob | undefined {
      const parts = chunks ?? [];
      chunks = undefined;
      const bytes = parts.reduce((sum, part) => sum + part.length, 0);
      return bytes === 0
        ? undefined
        : new Blob([wavHeader(bytes, rate), ...(parts as BlobPart[])], { type: "audio/wav" });
    },
  };
}

/** 16-bit mono. */
function wavHeader(bytes: number, sampleRate: number): ArrayBuffer {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string) => {
    for (let i = 0; i < 4; i++) header.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  text(8, "WAVE");
  text(12, "fmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, bytes, true);
  return header.buffer as ArrayBuffer;
}

/** Saves a file on the device. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
