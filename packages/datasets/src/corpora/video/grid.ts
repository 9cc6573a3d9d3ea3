import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path/posix";
import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";
import { CorpusError } from "../types.js";

const words = {
  command: { b: "bin", l: "lay", p: "place", s: "set" },
  colour: { b: "blue", g: "green", r: "red", w: "white" },
  preposition: { a: "at", b: "by", i: "in", w: "with" },
  adverb: { a: "again", n: "now", p: "please", s: "soon" },
} as const;
const pattern = /^(?:id(\d+)_vcd_)?([blps])([bgrw])([abiw])([a-z])([z1-9])([anps])$/;

/**
 * GRID: talking faces that say six words each, "bin blue at f two now", told by the file's name `bbaf2n.mpg`; folders `s1` … `s34` are the speakers.
 *
 * Labels: "digit" (default), "letter", "colour", "command", "speaker". Items load the sound of the video, through ffmpeg; `path` leads to the video.
 */
export const grid = audioCorpus({
  info: {
    name: "grid",
    title: "GRID audiovisual sentence corpus",
    licence: "CC BY 4.0",
    citation:
      "Cooke, M., Barker, J., Cunningham, S., Shao, X. (2006). An audio-visual corpus for speech perception and automatic speech recognition. JASA 120(5).",
    url: "https://zenodo.org/records/3625687",
    groupKey: "speaker",
  },
  names: /(^|[^a-z])grid/i,
  labels: ["digit", "letter", "colour", "command", "speaker"],
  expected: "bbaf2n.mpg",
  isFile: (file) => /\.(mpg|wav)$/i.test(file) && pattern.test(stem(file)),
  describe: () => (file) => {
    const match = pattern.exec(stem(file));
    if (!match) return undefined;
    const [, numbered, command, colour, preposition, letter, digit, adverb] = match;
    const folder = /^s\d+$/.test(basename(dirname(file))) ? basename(dirname(file)) : undefined;
    const speaker = folder ?? (numbered && `s${numbered}`);
    const said = {
      command: words.command[command as "b"],
      colour: words.colour[colour as "b"],
      preposition: words.preposition[preposition as "a"],
      letter,
      digit: digit === "z" ? "0" : digit,
      adverb: words.adverb[adverb as "a"],
    };
    return {
      id: speaker ? `${speaker}/${stem(file)}` : stem(file),
      group: speaker,
      labels: { digit: said.digit, letter, colour: said.colour, command: said.command, speaker },
      attributes: { ...said, sentence: Object.values(said).join(" "), ...(speaker && { speaker }) },
    };
  },
});

/** A word and when it is said. */
export interface AlignedWord {
  word: string;
  startSec: number;
  endSec: number;
}

/**
 * Reads a GRID `.align` file: lines of start, end and word, in units of 1/25000 s; "sil" and "sp" are silence.
 *
 * @throws CorpusError if a line is none of that
 */
export async function readAlign(path: string): Promise<AlignedWord[]> {
  const lines = (await readFile(path, "utf8")).split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line, i) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*$/.exec(line);
    if (!match)
      throw new CorpusError(
        `${path}: line ${i + 1} must be start, end and word, got ${JSON.stringify(line.slice(0, 60))}.`,
      );
    return { word: match[3], startSec: Number(match[1]) / 25000, endSec: Number(match[2]) / 25000 };
  });
}
