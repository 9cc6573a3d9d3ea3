import type { ModelManifest } from "./pack.js";

/** A page about a model for people: what it does, on what it was trained, how well, how to load it. */
export function modelCard(manifest: ModelManifest): string {
  const { name = manifest.kind, kind, classes, data, metrics, notes, date, features } = manifest;
  const parts = [`# ${name}`, `A \`${kind}\` model of Earshot, format version ${manifest.formatVersion}.`];
  const facts = [
    classes.length > 0 && `* Classes (${classes.length}): ${shorten(classes)}`,
    data && `* Training data: ${data.name}${data.licence ? `, licence: ${data.licence}` : ", licence not stated"}`,
    data?.url && `* Source of the data: ${data.url}`,
    data?.citation && `* Cite: ${data.citation}`,
    date && `* Trained: ${date}`,
  ].filter(Boolean);
  if (facts.length > 0) parts.push(facts.join("\n"));
  const figures = Object.entries(metrics ?? {}).flatMap(([metric, value]) => figureRow(metric, value));
  if (figures.length > 0) parts.push(`## Figures\n\n| metric | value |\n|---|---|\n${figures.join("\n")}`);
  if (notes?.length) parts.push(`## Notes\n\n${notes.map((note) => `* ${note}`).join("\n")}`);
  if (features !== undefined) parts.push(`## Features\n\n\`\`\`json\n${JSON.stringify(features, null, 2)}\n\`\`\``);
  parts.push(
    '## Use\n\n```ts\nimport { loadModel } from "@earshot/models/folder";\n\nconst { model, manifest } = await loadModel("path/of/this/folder");\nconst labels = await model.predict(x);\n```',
  );
  return `${parts.join("\n\n")}\n`;
}

function shorten(classes: readonly string[]): string {
  return classes.length > 30 ? `${classes.slice(0, 30).join(", ")} …` : classes.join(", ");
}

function figureRow(metric: string, value: unknown): string[] {
  if (typeof value === "number") return [`| ${metric} | ${round(value)} |`];
  if (value === null || typeof value !== "object" || !("value" in value)) return [];
  const { value: middle, low, high } = value as { value: unknown; low?: unknown; high?: unknown };
  if (typeof middle !== "number") return [];
  const interval = typeof low === "number" && typeof high === "number" ? ` (${round(low)} to ${round(high)})` : "";
  return [`| ${metric} | ${round(middle)}${interval} |`];
}

const round = (value: number): string => String(Number(value.toPrecision(4)));
