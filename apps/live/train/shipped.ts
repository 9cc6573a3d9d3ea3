import type { LiveSettings } from "../src/session/loadedModel.js";

/** A model that comes with the package: the recipe it is trained by, and what its card says beyond the run's figures. */
export interface Shipped {
  /** Of its folder below `models`. */
  name: string;
  /** A file of the workspace's `recipes`, without its ending. */
  recipe: string;
  live: LiveSettings;
  /** What each figure of the run is called on the card; figures left out are not told. */
  figures: Readonly<Record<string, string>>;
  notes: readonly string[];
}

export const shipped: readonly Shipped[] = [
  {
    name: "digits",
    recipe: "digits-live",
    live: { task: "digits", title: "Spoken digits", threshold: 0.6, stepSec: 0.25 },
    figures: { accuracy: "accuracyUnseenSpeakers" },
    notes: [
      "Judged on a person whose voice was not trained on: single digits in English, windows of 1 s.",
      "Hears a digit in anything: use it with the voice gate. Not for telephone menus or anything that matters.",
    ],
  },
  {
    name: "emotion",
    recipe: "emotion-live",
    live: { task: "emotion", title: "Emotion", threshold: 0.4, stepSec: 0.25, ignore: ["neutral"] },
    figures: { balancedAccuracy: "uarUnseenActors", accuracy: "accuracyUnseenActors" },
    notes: [
      "Judged on actors whose voice was not trained on; eight classes, chance is 0.125.",
      "Non-commercial: the training data's licence (CC BY-NC-SA 4.0) asks for it.",
      "Learned from North American actors who read two sentences: what people really feel it does not know. Never to be used to judge anybody.",
    ],
  },
  {
    name: "sounds",
    recipe: "sounds-live",
    live: { task: "sounds", title: "Sounds", threshold: 0.5, stepSec: 0.25 },
    figures: { balancedAccuracy: "uarUnseenSources", accuracy: "accuracyUnseenSources" },
    notes: [
      "Judged on recordings whose source was not trained on. Ten classes, chance is 0.1.",
      "Knows ten sounds and calls everything one of them. Not for alarms.",
    ],
  },
  {
    name: "spoof",
    recipe: "spoof-cnn",
    live: { task: "spoof", title: "Spoofed speech", stepSec: 0.25, ignore: ["bonafide"] },
    figures: { eer: "eerUnseenSpeakersAndMethods" },
    notes: [
      "Judged on speakers and spoofing methods that were not trained on; per method eerUnseen.NAME.",
      "Knows machines that make voices, not a real voice that is replayed or cut. Non-commercial: licences of the training data ask for it.",
      "Never proof that speech is genuine or fake.",
    ],
  },
];
