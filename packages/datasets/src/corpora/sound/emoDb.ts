import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

/** German initials: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral. */
const emotions: Record<string, string> = {
  W: "anger",
  L: "boredom",
  E: "disgust",
  A: "fear",
  F: "happiness",
  T: "sadness",
  N: "neutral",
};
const men = new Set(["03", "10", "11", "12", "15"]);
const pattern = /^(\d{2})([ab]\d{2})([WLEAFTN])([a-z])$/;

/**
 * Berlin Database of Emotional Speech: ten actors, ten German sentences, seven emotions, `03a01Fa.wav` (speaker, sentence, emotion, version).
 *
 * Labels: "emotion" (default) or "speaker". The group is the speaker.
 */
export const emoDb = audioCorpus({
  info: {
    name: "emoDb",
    title: "Berlin Database of Emotional Speech (EmoDB)",
    licence: "free for research",
    citation:
      "Burkhardt, F., Paeschke, A., Rolfes, M., Sendlmeier, W., Weiss, B. (2005). A database of German emotional speech. Interspeech 2005, 1517–1520.",
    url: "http://emodb.bilderbar.info/",
    groupKey: "speaker",
  },
  names: /emo.?db/i,
  labels: ["emotion", "speaker"],
  expected: "03a01Fa.wav",
  isFile: (file) => pattern.test(stem(file)),
  describe: () => (file) => {
    const id = stem(file);
    const match = pattern.exec(id);
    if (!match) return undefined;
    const [, speaker, sentence, letter, version] = match;
    const emotion = emotions[letter];
    return {
      id,
      group: speaker,
      labels: { emotion, speaker },
      attributes: { speaker, gender: men.has(speaker) ? "male" : "female", emotion, sentence, version },
    };
  },
});
