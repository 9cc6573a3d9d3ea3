import { bytesOf } from "./byteSource.js";

/** Kinds of content that {@link sniffAudio} tells apart. */
export type AudioContent =
  | "wav"
  | "flac"
  | "mp3"
  | "ogg-vorbis"
  | "ogg-opus"
  | "ogg-flac"
  | "ogg"
  | "aiff"
  | "au"
  | "mp4"
  | "matroska"
  | "mpeg"
  | "avi"
  | "asf"
  | "caf"
  | "amr"
  | "aac"
  | "wave64"
  | "sphere"
  | "text"
  | "empty"
  | "unknown";

/**
 * What a file is, by its first bytes; the name's extension is not asked.
 *
 * @param file the first bytes of the file; 64 settle almost everything, MP3 behind a large tag and odd MPEG need none
 */
export function sniffAudio(file: Uint8Array | ArrayBuffer): AudioContent {
  const bytes = bytesOf("sniffAudio", file);
  if (bytes.length === 0) return "empty";
  const at = (offset: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(offset, Math.min(offset + length, bytes.length)));
  const four = at(0, 4);
  const form = at(8, 4);
  if (["RIFF", "RIFX", "RF64", "BW64"].includes(four)) return form === "AVI " ? "avi" : "wav";
  if (four === "fLaC") return "flac";
  if (four === "OggS") return sniffOgg(bytes);
  if (four === "FORM" && form.startsWith("AIF")) return "aiff";
  if (four === ".snd") return "au";
  if (at(4, 4) === "ftyp") return "mp4";
  if (four === "\x1aE\xdf\xa3") return "matroska";
  if (four === "caff") return "caf";
  if (four === "riff") return "wave64";
  if (at(0, 5) === "#!AMR") return "amr";
  if (at(0, 7) === "NIST_1A") return "sphere";
  if (four === "0&\xb2u") return "asf";
  if (four === "\0\0\x01\xba" || four === "\0\0\x01\xb3") return "mpeg";
  if (at(0, 3) === "ID3") return "mp3";
  if (bytes[0] === 0xff && bytes.length > 2) {
    if ((bytes[1] & 0xf6) === 0xf0) return "aac";
    if (isMpegAudioHeader(bytes)) return "mp3";
  }
  return isText(bytes.subarray(0, 512)) ? "text" : "unknown";
}

function sniffOgg(bytes: Uint8Array): AudioContent {
  // The first page carries one packet; its data follow a header of 27 bytes and the table of segments.
  const start = 27 + (bytes[26] ?? 0);
  const packet = String.fromCharCode(...bytes.subarray(start, start + 8));
  if (packet === "OpusHead") return "ogg-opus";
  if (packet.startsWith("\x01vorbis")) return "ogg-vorbis";
  if (packet.startsWith("\x7fFLAC")) return "ogg-flac";
  return "ogg";
}

/** An MPEG-1/2/2.5 audio frame header of layer I–III with no forbidden value. */
export function isMpegAudioHeader(bytes: Uint8Array, offset = 0): boolean {
  if (bytes.length < offset + 4 || bytes[offset] !== 0xff || (bytes[offset + 1] & 0xe0) !== 0xe0) return false;
  const version = (bytes[offset + 1] >> 3) & 3;
  const layer = (bytes[offset + 1] >> 1) & 3;
  const bitrate = bytes[offset + 2] >> 4;
  const rate = (bytes[offset + 2] >> 2) & 3;
  return version !== 1 && layer !== 0 && bitrate !== 15 && rate !== 3;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((b) => b === 9 || b === 10 || b === 13 || (b >= 32 && b !== 127));
}

const names: Record<AudioContent, string> = {
  wav: "a WAV file",
  flac: "a FLAC file",
  mp3: "an MP3 file",
  "ogg-vorbis": "an Ogg Vorbis file",
  "ogg-opus": "an Ogg Opus file",
  "ogg-flac": "an Ogg FLAC file",
  ogg: "an Ogg file",
  aiff: "an AIFF file",
  au: "an AU file",
  mp4: "an MP4 or M4A file",
  matroska: "a Matroska or WebM file",
  mpeg: "an MPEG file",
  avi: "an AVI file",
  asf: "a WMA or ASF file",
  caf: "a CAF file",
  amr: "an AMR file",
  aac: "an AAC file",
  wave64: "a Wave64 file",
  sphere: "a NIST SPHERE file",
  text: "text",
  empty: "empty",
  unknown: "of no known audio format",
};

/** "a FLAC file", "text" …: what error messages call it. */
export const describeContent = (content: AudioContent): string => names[content];
