import { basename, dirname } from "node:path/posix";
import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

const emotions: Record<string, string> = {
  a: "anger",
  d: "disgust",
  f: "fear",
  h: "happiness",
  n: "neutral",
  sa: "sadness",
  su: "surprise",
};
const pattern = /^(?:(DC|JE|JK|KL)_)?(a|d|f|h|n|sa|su)(\d{2})$/;

/** Speaker, emotion and sentence of a file: `AudioData/DC/a01.wav` in the release, `ALL/DC_a01.wav` in the copy that goes round. */
function parse(file: string): { speaker: string; emotion: string; sentence: string } | undefined {
  const match = pattern.exec(stem(file));
  if (!match) return undefined;
  const speaker = match[1] ?? basename(dirname(file));
  return /^(DC|JE|JK|KL)$/.test(speaker)
    ? { speaker, emotion: emotions[match[2]], sentence: `${match[2]}${match[3]}` }
    : undefined;
}

/**
 * Surrey Audio-Visual Expressed Emotion: four men, 120 English sentences each, seven emotions.
 *
 * Labels: "emotion" (default) or "speaker". The group is the speaker.
 */
export const savee = audioCorpus({
  info: {
    name: "savee",
    title: "Surrey Audio-Visual Expressed Emotion (SAVEE)",
    licence: "free for research, on registration",
    citation:
      "Haq, S., Jackson, P. J. B. (2010). Multimodal Emotion Recognition. In: Machine Audition, IGI Global, 398–423.",
    url: "http://kahlan.eps.surrey.ac.uk/savee/",
    groupKey: "speaker",
  },
  names: /savee/i,
  labels: ["emotion", "speaker"],
  expected: "DC/a01.wav or DC_a01.wav",
  isFile: (file) => parse(file) !== undefined,
  describe: () => (file) => {
    const facts = parse(file);
    if (!facts) return undefined;
    const { speaker, emotion, sentence } = facts;
    return {
      id: `${speaker}_${sentence}`,
      group: speaker,
      labels: { emotion, speaker },
      attributes: { speaker, gender: "male", emotion, sentence },
    };
  },
});
