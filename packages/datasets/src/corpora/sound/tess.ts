import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

const emotions: Record<string, string> = {
  angry: "anger",
  disgust: "disgust",
  fear: "fear",
  happy: "happiness",
  neutral: "neutral",
  ps: "surprise",
  sad: "sadness",
};
// One file of the release is called OA_ instead of OAF_.
const pattern = /^(OAF?|YAF)_([A-Za-z]+)_(angry|disgust|fear|happy|neutral|ps|sad)$/i;

/**
 * Toronto Emotional Speech Set: two women, 26 and 64 years old, 200 words, seven emotions, `OAF_back_angry.wav`.
 *
 * Labels: "emotion" (default) or "speaker". The group is the spoken word, because there are only two speakers; both speakers and words are attributes.
 */
export const tess = audioCorpus({
  info: {
    name: "tess",
    title: "Toronto Emotional Speech Set (TESS)",
    licence: "CC BY-NC-ND 4.0",
    citation:
      "Pichora-Fuller, M. K., Dupuis, K. (2020). Toronto emotional speech set (TESS). Borealis, doi:10.5683/SP2/E8H2MF.",
    url: "https://doi.org/10.5683/SP2/E8H2MF",
    groupKey: "word",
  },
  names: /(^|[^a-z])tess([^a-z]|$)|toronto.?emotional/i,
  labels: ["emotion", "speaker"],
  expected: "OAF_back_angry.wav",
  isFile: (file) => pattern.test(stem(file)),
  describe: () => (file) => {
    const id = stem(file);
    const match = pattern.exec(id);
    if (!match) return undefined;
    const [, name, word, code] = match;
    const speaker = name.toUpperCase().startsWith("OA") ? "OAF" : "YAF";
    const emotion = emotions[code.toLowerCase()];
    return {
      id,
      group: word.toLowerCase(),
      labels: { emotion, speaker },
      attributes: { speaker, gender: "female", age: speaker === "OAF" ? 64 : 26, emotion, word: word.toLowerCase() },
    };
  },
});
