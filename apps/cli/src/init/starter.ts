import { readFileSync } from "node:fs";
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { UsageError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { findRecipe, shippedRecipes } from "../recipe/shipped.js";
import { notes } from "./notes.js";

/** What people call a task, and the shipped recipe to start from. */
export const tasks: Readonly<Record<string, string>> = {
  characters: "characters-cnn",
  credit: "credit-stacking",
  digits: "digits-svm",
  emotion: "emotion-cnn-lstm",
  sentiment: "sentiment",
  sounds: "sounds-cnn",
  speakers: "speakers-svm",
  spoof: "spoof-logmel",
};

const lineWidth = 118;

/**
 * A recipe to start from, as YAML: a shipped one, with a comment above each part that says what it is for.
 *
 * @param task one of {@link tasks}, or the name of a shipped recipe
 * @param data folder or archive to write into it
 * @returns the recipe's name and the text
 * @throws UsageError for an unknown task, or data for a recipe that reads none
 */
export function starterRecipe(task: string, data?: string): { name: string; yaml: string } {
  const name = tasks[task] ?? task;
  const shipped = shippedRecipes();
  if (!shipped.includes(name)) {
    const known = [...Object.keys(tasks), ...shipped];
    throw new UsageError(`There is no task "${task}"; ${nearest(task, known)}`);
  }
  const document = parseDocument(readFileSync(findRecipe(name), "utf8"));
  if (!isMap(document.contents))
    throw new UsageError(`The shipped recipe ${name} is broken; install @earshot/cli again.`);
  if (data !== undefined) {
    if (!isMap(document.get("data"))) throw new UsageError(`The recipe ${name} reads no data; leave --data out.`);
    document.setIn(["data", "root"], data);
  }
  explain(document.contents, []);
  document.commentBefore = [
    ` Started from the shipped recipe ${name}.`,
    ` Check it:  earshot train FILE --dry-run`,
    ` Train it:  earshot train FILE${data === undefined ? " --data FOLDER" : ""}`,
    ` Change a value without editing:  --set model.epochs=3`,
  ].join("\n");
  return { name, yaml: document.toString({ lineWidth: 120 }) };
}

function explain(map: YAMLMap, path: readonly string[]): void {
  for (const [i, { key, value }] of map.items.entries()) {
    if (!isScalar(key)) continue;
    const here = [...path, String(key.value)];
    const note = notes[here.join(".")];
    // Parts stand apart; a map on one line has no room for comments inside.
    if (path.length === 0 && i > 0) key.spaceBefore = true;
    if (note && !map.flow) key.commentBefore = wrap(note, lineWidth - 2 * path.length);
    if (isMap(value)) explain(value, here);
  }
}

/** Lines of a comment, each with the space after its sign. */
function wrap(text: string, width: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    if (`${lines[lines.length - 1]} ${word}`.length > width) lines.push("");
    lines[lines.length - 1] += ` ${word}`;
  }
  return lines.join("\n");
}
