import { basename, dirname } from "node:path/posix";
import type { Storage } from "../../storage/storage.js";
import { audioCorpus, type Describe } from "../audioCorpus.js";
import { stem } from "../audioItems.js";
import { tableByKey } from "../tables/tableByKey.js";

/** The fifty classes by their numbers. */
const classes50 =
  "dog rooster pig cow frog cat hen insects sheep crow rain sea_waves crackling_fire crickets chirping_birds water_drops wind pouring_water toilet_flush thunderstorm crying_baby sneezing clapping breathing coughing footsteps laughing brushing_teeth snoring drinking_sipping door_wood_knock mouse_click keyboard_typing door_wood_creaks can_opening washing_machine vacuum_cleaner clock_alarm clock_tick glass_breaking helicopter chainsaw siren car_horn engine train church_bells airplane fireworks hand_saw".split(
    " ",
  );
const classes10 = [0, 1, 10, 11, 12, 20, 21, 38, 40, 41].map((n) => classes50[n]);

/** Names of 2015 that have changed since. */
const renamed: Record<string, string> = {
  dog_bark: "dog",
  baby_cry: "crying_baby",
  person_sneeze: "sneezing",
  fire_crackling: "crackling_fire",
};

/** `1-100032-A-0.wav`: fold, recording, take, class. */
const current = /^(\d)-(\d+)-([A-Z])-(\d{1,2})$/;
/** `001 - Dog bark/1-100032-A.ogg`: the class is in the folder. */
const original = /^(\d)-(\d+)-([A-Z])$/;
const folder = /^\d{3} - (.+)$/;

const describe =
  (wanted: readonly string[]): Describe<"class"> =>
  (file) => {
    const id = stem(file);
    const match = current.exec(id) ?? original.exec(id);
    if (!match) return undefined;
    const [, fold, recording, take, number] = match;
    const name = number === undefined ? classOfFolder(basename(dirname(file))) : classes50[Number(number)];
    if (name === undefined || !wanted.includes(name)) return undefined;
    return {
      id,
      group: recording,
      split: `fold${fold}`,
      labels: { class: name },
      attributes: { fold: Number(fold), recording, take },
    };
  };

function classOfFolder(name: string): string | undefined {
  const match = folder.exec(name);
  if (!match) return undefined;
  const key = match[1].toLowerCase().replace(/[ -]+/g, "_");
  return renamed[key] ?? key;
}

const common = {
  citation: "Piczak, K. J. (2015). ESC: Dataset for Environmental Sound Classification. ACM Multimedia, 1015–1018.",
  url: "https://github.com/karolpiczak/ESC-50",
  groupKey: "recording",
  officialSplit: "five folds, fold1 to fold5; clips of one recording are in one fold",
};
/** Ids in `meta/esc50.csv`, which only the current layout has. */
const listed =
  (ten: boolean) =>
  async (storage: Storage): Promise<string[]> =>
    [...(await tableByKey(storage, /(^|\/)esc50\.csv$/i, "filename"))].flatMap(([file, row]) =>
      ten && row.esc10 !== "True" ? [] : [stem(file)],
    );
const isFile = (file: string): boolean =>
  current.test(stem(file)) || (original.test(stem(file)) && folder.test(basename(dirname(file))));

/**
 * ESC-50: 2,000 environmental sounds of 5 s in 50 classes and five folds; the current layout `audio/F-ID-T-C.wav` and that of 2015, `NNN - Class/F-ID-T.ogg`.
 *
 * The group is the recording on Freesound; the split is the fold.
 */
export const esc50 = audioCorpus<"class">({
  info: { name: "esc50", title: "ESC-50: environmental sounds", licence: "CC BY-NC 3.0", ...common },
  names: /esc.?50/i,
  labels: ["class"],
  classes: { class: classes50 },
  expected: "F-ID-T-C.wav or NNN - Class/F-ID-T.ogg",
  describe: () => describe(classes50),
  listed: listed(false),
  isFile,
});

/**
 * ESC-10: 400 sounds in ten classes, a part of ESC-50, out of either layout.
 *
 * The group is the recording on Freesound; the split is the fold.
 */
export const esc10 = audioCorpus<"class">({
  info: { name: "esc10", title: "ESC-10: environmental sounds", licence: "CC BY 3.0", ...common },
  names: /esc.?(10|50)/i,
  labels: ["class"],
  classes: { class: classes10 },
  expected: "F-ID-T-C.wav or NNN - Class/F-ID-T.ogg",
  describe: () => describe(classes10),
  listed: listed(true),
  isFile: (file) => isFile(file) && describe(classes10)(file) !== undefined,
});
