/** What `recipes/README.md` says of a recipe. */
export interface RecipeSection {
  what?: string;
  data?: string;
  command?: string;
  score?: string;
  hardware?: string;
  date?: string;
}

const facts = ["what", "data", "command", "score", "hardware", "date"] as const;

/** Sections `## name` with a list of `* **fact**: text` each; other headings are no recipes. */
export function readSections(markdown: string): Map<string, RecipeSection> {
  const sections = new Map<string, RecipeSection>();
  for (const part of markdown.split(/^## /m).slice(1)) {
    const [title, ...lines] = part.split("\n");
    const section: RecipeSection = {};
    for (const line of lines) {
      const [, name, text] = /^\* \*\*(\w+)\*\*: (.+)$/.exec(line) ?? [];
      const fact = facts.find((known) => known === name);
      if (fact) section[fact] = text.trim();
    }
    if (Object.keys(section).length > 0) sections.set(title.trim(), section);
  }
  return sections;
}
