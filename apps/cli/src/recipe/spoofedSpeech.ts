import { spoofMethodNames } from "@earshot/datasets";
import { z } from "zod";

const name = z.string().min(1);

/** Options of data of kind `spoofedSpeech` beside those that all data share. */
export const spoofedSpeechShape = {
  /** Folder or archive: one corpus, or as many as lie in it; `--data` comes before it, `$EARSHOT_DATA` after it. */
  root: name.optional(),
  /** Bona fide speech, of which spoofed copies are made. */
  people: z
    .array(name)
    .default(["freeSpokenDigits", "audioMnist", "ravdess", "emoDb", "cremaD", "tess", "savee", "speechCommands"]),
  /** Sets that bring spoofed speech of their own. */
  sets: z.array(name).default(["spoofProtocol", "asvSpoof", "inTheWild", "waveFake"]),
  /** Recordings taken of each speaker, at most, drawn by `seed`. */
  perSpeaker: z.int().min(1).max(10_000).default(24),
  /** Speakers taken of each corpus of people, at most, drawn by `seed`. */
  speakers: z.int().min(1).max(10_000).default(60),
  /** Spoofed copies of each recording, each by another method. */
  versions: z.int().min(1).max(spoofMethodNames.length).default(3),
  /** Those of `earshot spoof`. */
  methods: z
    .array(z.enum(spoofMethodNames as [string, ...string[]]))
    .min(1)
    .default([...spoofMethodNames]),
  /** Draws recordings and the methods' parameters; apart from the recipe's, so that copies are made once for runs of any seed. */
  seed: z.int().min(0).default(1),
};
