import { closeSync, openSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import { sniffAudio } from "@earshot/datasets";
import { isArchiveName } from "@earshot/datasets/node";

/** Kinds of things that can be looked at. */
export type Inspected = "corpus" | "table" | "recording" | "maybeVideo";

const tables = /\.(csv|tsv|tab|data|txt)(\.gz)?$/i;
/** Text under such a name is a recording gone wrong, and is best explained by the decoder. */
const sounds = /^\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|aac|aif|aiff|wma|amr|au)$/i;

/** What lies at a path: folders and archives are corpora, text is a table, what may hold pictures is asked for them; all else is sound. */
export function whatIs(path: string): Inspected {
  if (statSync(path).isDirectory() || isArchiveName(path)) return "corpus";
  if (tables.test(path)) return "table";
  const content = sniffAudio(head(path));
  if (content === "text" && !sounds.test(extname(path))) return "table";
  return ["mp4", "matroska", "mpeg", "avi", "asf", "ogg", "unknown"].includes(content) && !sounds.test(extname(path))
    ? "maybeVideo"
    : "recording";
}

function head(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(512);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
