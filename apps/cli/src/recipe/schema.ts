import { z } from "zod";
import { spoofedSpeechShape } from "./spoofedSpeech.js";

const name = z.string().min(1);

/** The embedded corpus, made when needed: spoken digits by parametric speakers. */
const synthetic = z.strictObject({
  speakers: z.int().min(2).max(200).default(20),
  /** Recordings of each digit by each speaker. */
  takes: z.int().min(1).max(100).default(4),
  seed: z.int().min(0).default(0),
  /** Half of the clips sent through vocoders and tricks, with the attribute `key`: bonafide or spoof. */
  spoof: z.boolean().default(false),
});

/** Made-up speakers who say digits, to train on beside a corpus; they are never judged. */
const extra = z.strictObject({
  /** `espeak` needs espeak-ng installed, and is left out with a warning where it is not. */
  kind: z.enum(["syntheticSpeech", "espeak"]),
  /** Corpora that they fit; others are trained without them (default: all). */
  beside: z.array(name).min(1).optional(),
  speakers: z.int().min(1).max(1000).default(50),
  takes: z.int().min(1).max(100).default(1),
  seed: z.int().min(0).default(1),
});

const shared = {
  /** What is learned: the corpus' own `label`, the item's `group`, or one of its attributes, such as `digit` or `speaker`. */
  target: name.default("label"),
  /** Only these values of the target. */
  labels: z.array(z.string()).min(2).optional(),
  /** No more than this many items, drawn by seed with the classes kept in proportion; for a quick look. */
  maxItems: z.int().min(4).optional(),
};

/** A folder or archive of recordings, recognised by its layout. */
const recordings = z.strictObject({
  kind: z.literal("recordings"),
  /** Folder or archive; `--data` comes before it, `$EARSHOT_DATA` after it. */
  root: name.optional(),
  /** Layouts this recipe reads, best first: where a folder holds several corpora, the first found is taken. */
  corpora: z.array(name).min(1).default(["audioFolder"]),
  ...shared,
  extra: z.array(extra).default([]),
  /** What is trained on when no data is named; null refuses to. */
  synthetic: synthetic.nullable().default(null),
});

const syntheticSpeech = z.strictObject({ kind: z.literal("syntheticSpeech"), ...shared, ...synthetic.shape });

/** Speech of people, spoofed copies of it, and sets of spoofed speech: of all corpora that a folder holds. */
const spoofedSpeech = z.strictObject({
  kind: z.literal("spoofedSpeech"),
  ...shared,
  target: name.default("key"),
  ...spoofedSpeechShape,
  synthetic: synthetic.nullable().default(null),
});

/** Texts with labels: by a known layout, one folder a class, or a column of a table; without data, reviews that a small grammar makes up. */
const texts = z.strictObject({
  kind: z.literal("texts"),
  /** Folder, archive, or a table (CSV, TSV, Parquet) whose column `target` is learned. */
  root: name.optional(),
  corpora: z
    .array(z.enum(["imdb", "textFolder"]))
    .min(1)
    .default(["imdb", "textFolder"]),
  /** Column of a table that holds the texts (default: that of the longest). */
  text: name.optional(),
  ...shared,
  /** Made-up reviews when no data is named; null refuses to. */
  synthetic: z
    .strictObject({ reviews: z.int().min(20).max(100_000).default(1000), seed: z.int().min(0).default(0) })
    .nullable()
    .default(null),
});

/** Rows of a table with a column to learn; without data, loans that are made up. */
const table = z.strictObject({
  kind: z.literal("table"),
  root: name.optional(),
  corpora: z
    .array(z.enum(["germanCredit", "creditCardDefault", "giveMeSomeCredit"]))
    .min(1)
    .default(["germanCredit", "creditCardDefault", "giveMeSomeCredit"]),
  ...shared,
  synthetic: z
    .strictObject({ rows: z.int().min(50).max(1_000_000).default(1000), seed: z.int().min(0).default(0) })
    .nullable()
    .default(null),
});

/** Pictures with labels; without data, digits that are drawn by made-up hands. */
const pictures = z.strictObject({
  kind: z.literal("pictures"),
  root: name.optional(),
  corpora: z
    .array(z.enum(["mnist", "emnist", "omniglot", "orlFaces", "imageFolder"]))
    .min(1)
    .default(["imageFolder"]),
  /** Of EMNIST. */
  part: z.enum(["balanced", "byclass", "bymerge", "letters", "digits", "mnist"]).default("balanced"),
  /** Height and width that the network sees, in pixels. */
  size: z.int().min(4).max(512).default(28),
  /** For dark ink on light paper. */
  invert: z.boolean().default(false),
  ...shared,
  synthetic: z
    .strictObject({
      drawers: z.int().min(2).max(1000).default(20),
      takes: z.int().min(1).max(1000).default(2),
      seed: z.int().min(0).default(0),
    })
    .nullable()
    .default(null),
});

/** Where the items come from. */
export const dataSchema = z.discriminatedUnion("kind", [
  recordings,
  syntheticSpeech,
  spoofedSpeech,
  texts,
  table,
  pictures,
]);

/** What is trained on and what is judged. */
export const splitSchema = z.strictObject({
  /** `item` splits at random, `group` (or an attribute such as `speaker`) keeps all items of one together, `predefined` takes the corpus' own. */
  by: name.default("item"),
  /** What takes the place of `predefined` in a corpus without official parts; `group` is at random where items have none, null refuses it. */
  otherwise: z.enum(["item", "group"]).nullable().default(null),
  /** Part that is judged, when it is one part. */
  test: z.number().gt(0).lt(1).default(0.2),
  /** Whether classes keep their shares. */
  stratify: z.boolean().default(true),
  /** `holdout` judges one part; a number makes that many folds, all judged; `auto` is holdout by item, else one fold a group (5 when there are more than 8). */
  folds: z.union([z.enum(["auto", "holdout"]), z.int().min(2).max(100)]).default("auto"),
  /** A second, harder judgement reported beside the main one: groups not in training. Who judges both may split groups at random. */
  beside: name.nullable().default(null),
  /** What no item judged may share with training beside its group: values of this attribute, and those that have one of `together` in their names. */
  unseen: z.strictObject({ attribute: name, together: z.array(name).default([]) }).nullish(),
  /** As --allow-leakage: train even where a group or an item's content stands on both sides; the report says so in its first line. */
  allowLeakage: z.boolean().default(false),
});

const step = z.looseObject({ kind: name });

const bound = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

/** A recipe: all that is needed to train a system again. Options of features and models are checked by their packages. */
export const recipeSchema = z.strictObject({
  name: name.optional(),
  title: name,
  description: z.string().default(""),
  seed: z.int().min(0).max(4294967295).default(1337),
  data: dataSchema,
  split: splitSchema.prefault({}),
  /** What is made of sound; texts go to the model as they are. */
  features: z.looseObject({ kind: name }).nullable().default(null),
  /** Changed copies of the training items, which are never judged; transforms are those of `compose` in @earshot/dsp. */
  augment: z
    .strictObject({
      /** Of each item. */
      copies: z.int().min(1).max(50).default(1),
      /** Items and copies together, at most: large corpora need fewer copies of each item, or none. */
      upTo: z.int().min(1).default(1_000_000),
      /** Copies are made anew for every epoch of a network, by workers while it trains on the last ones; slower, and never the same twice. */
      fresh: z.boolean().default(false),
      transforms: z.array(step).min(1),
    })
    .nullable()
    .default(null),
  /** Steps in front of the model, fitted on training items alone. */
  preprocess: z.array(step).default([]),
  model: step,
  report: z
    .strictObject({
      /** Class that counts as target in two-class figures (default: the last). */
      positive: z.string().nullable().default(null),
      /** How a detector's scores become probabilities: a logistic function, or any rising one (wants a thousand judged items). */
      calibration: z.enum(["platt", "isotonic"]).default("platt"),
      /** The figure that the verdict is about. */
      main: z.enum(["accuracy", "balancedAccuracy", "f1Macro", "rocAuc", "eer"]).default("accuracy"),
      /** Replicates of the bootstrap behind every interval. */
      replicates: z.int().min(0).max(100000).default(1000),
      /** Wrong items shown with a player. */
      worst: z.int().min(0).max(100).default(20),
    })
    .prefault({}),
  /** Figures the run must reach; checked by the tests on real data. */
  expect: z.record(z.string(), bound).default({}),
});

/** A recipe that the schema has checked, defaults filled in. */
export type Recipe = z.infer<typeof recipeSchema>;
export type DataSpec = Recipe["data"];
export type SplitSpec = Recipe["split"];
