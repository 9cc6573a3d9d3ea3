import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

const emotions = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"];
const statements = ["kids are talking by the door", "dogs are sitting by the door"];
const pattern = /^(0[1-3])-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d{2})$/;

/**
 * RAVDESS: 24 actors speak (and sing) two sentences with eight emotions; everything is in the name, `03-01-EE-II-SS-RR-AA.wav`.
 *
 * Labels: "emotion" (default) or "speaker". The group is the actor, "01" to "24"; odd actors are men.
 */
export const ravdess = audioCorpus({
  info: {
    name: "ravdess",
    title: "Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS)",
    licence: "CC BY-NC-SA 4.0",
    citation:
      "Livingstone, S. R., Russo, F. A. (2018). The Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS). PLoS ONE 13(5): e0196391.",
    url: "https://zenodo.org/records/1188976",
    groupKey: "speaker",
  },
  names: /ravdess/i,
  labels: ["emotion", "speaker"],
  classes: { emotion: emotions },
  expected: "03-01-EE-II-SS-RR-AA.wav",
  isFile: (file) => pattern.test(stem(file)),
  describe: () => (file) => {
    const id = stem(file);
    const match = pattern.exec(id);
    if (!match) return undefined;
    const [, modality, channel, emotion, intensity, statement, repetition, actor] = match;
    // 01 and 02 are the video files of the same recordings.
    if (modality !== "03") return undefined;
    const label = emotions[Number(emotion) - 1];
    return {
      id,
      group: actor,
      labels: { emotion: label, speaker: actor },
      attributes: {
        speaker: actor,
        gender: Number(actor) % 2 === 1 ? "male" : "female",
        emotion: label,
        intensity: intensity === "01" ? "normal" : "strong",
        channel: channel === "01" ? "speech" : "song",
        sentence: statements[Number(statement) - 1],
        take: Number(repetition),
      },
    };
  },
});
