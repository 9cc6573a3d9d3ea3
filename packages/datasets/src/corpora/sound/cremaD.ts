import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";
import { tableByKey } from "../tables/tableByKey.js";

const emotions: Record<string, string> = {
  ANG: "anger",
  DIS: "disgust",
  FEA: "fear",
  HAP: "happiness",
  NEU: "neutral",
  SAD: "sadness",
};
const levels: Record<string, string> = { LO: "low", MD: "medium", HI: "high", XX: "unspecified" };
const pattern = /^(\d{4})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)$/;

/**
 * CREMA-D: 91 actors, twelve sentences, six emotions, `AudioWAV/1001_DFA_ANG_XX.wav`; age and sex from `VideoDemographics.csv` where it is there.
 *
 * Labels: "emotion" (default) or "speaker". The group is the actor.
 */
export const cremaD = audioCorpus({
  info: {
    name: "cremaD",
    title: "Crowd-sourced Emotional Multimodal Actors Dataset (CREMA-D)",
    licence: "Open Database License 1.0",
    citation:
      "Cao, H., Cooper, D. G., Keutmann, M. K., Gur, R. C., Nenkova, A., Verma, R. (2014). CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset. IEEE Transactions on Affective Computing 5(4), 377–390.",
    url: "https://github.com/CheyneyComputerScience/CREMA-D",
    groupKey: "speaker",
  },
  names: /crema/i,
  labels: ["emotion", "speaker"],
  expected: "1001_DFA_ANG_XX.wav",
  isFile: (file) => pattern.test(stem(file)),
  async describe(storage) {
    const actors = await tableByKey(storage, /(^|\/)VideoDemographics\.csv$/i, "ActorID");
    return (file) => {
      const id = stem(file);
      const match = pattern.exec(id);
      if (!match) return undefined;
      const [, speaker, sentence, code, level] = match;
      const emotion = emotions[code];
      const actor = actors.get(speaker);
      return {
        id,
        group: speaker,
        labels: { emotion, speaker },
        attributes: {
          speaker,
          emotion,
          sentence,
          intensity: levels[level] ?? "unspecified",
          ...(actor?.Sex && { gender: actor.Sex.toLowerCase() }),
          ...(actor?.Age && { age: Number(actor.Age) }),
        },
      };
    };
  },
});
