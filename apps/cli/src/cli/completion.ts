import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What may follow one command. */
interface Words {
  /** `earshot data get` is ["data", "get"]. */
  path: string[];
  summary: string;
  /** Subcommands, choices of the first argument, or recipes. */
  words: string[];
  options: { flag: string; description: string }[];
}

/**
 * A script that completes command lines: commands, their options, shipped recipes, and files everywhere else.
 *
 * @param recipes names offered where a command takes a recipe
 */
export function completionScript(program: Command, shell: Shell, recipes: readonly string[]): string {
  const table = wordsOf(program, [], recipes);
  return shell === "fish" ? fish(table) : bash(table, shell === "zsh");
}

function wordsOf(command: Command, path: string[], recipes: readonly string[]): Words[] {
  const [first] = command.registeredArguments;
  const own: Words = {
    path,
    summary: command.summary() || command.description(),
    words: [
      ...command.commands.map((sub) => sub.name()),
      ...(first?.argChoices ?? []),
      ...(first?.name() === "recipe" ? recipes : []),
    ],
    options: command.options.flatMap(({ long, description }) => (long ? [{ flag: long, description }] : [])),
  };
  return [own, ...command.commands.flatMap((sub) => wordsOf(sub, [...path, sub.name()], recipes))];
}

/** zsh reads it too, through its bashcompinit. */
function bash(table: readonly Words[], zsh: boolean): string {
  const cases = table
    .filter(({ path }) => path.length > 0)
    .map(({ path, words, options }) => {
      const all = [...words, ...options.map(({ flag }) => flag), "--help"];
      return `    "${path.join(" ")}") words="${all.join(" ")}" ;;`;
    });
  const [root] = table;
  const nested = table.filter(({ path }) => path.length === 2).map(({ path }) => `"${path.join(" ")}"`);
  return [
    ...(zsh ? ["autoload -U +X compinit && compinit", "autoload -U +X bashcompinit && bashcompinit"] : []),
    "_earshot() {",
    `  local here="\${COMP_WORDS[COMP_CWORD]}" path="\${COMP_WORDS[1]}" words=""`,
    `  case "$path \${COMP_WORDS[2]}" in`,
    `    ${nested.join("|")}) [ "$COMP_CWORD" -gt 2 ] && path="$path \${COMP_WORDS[2]}" ;;`,
    "  esac",
    `  if [ "$COMP_CWORD" -le 1 ]; then words="${[...root.words, "--help", "--version"].join(" ")}"`,
    '  else case "$path" in',
    ...cases,
    "  esac; fi",
    '  COMPREPLY=( $(compgen -W "$words" -- "$here") $(compgen -f -- "$here") )',
    "}",
    "complete -o filenames -F _earshot earshot",
  ].join("\n");
}

function fish(table: readonly Words[]): string {
  const quote = (text: string): string => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
  const lines = table.flatMap(({ path, words, options }) => {
    const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`).join("; and ");
    const when = quote(path.length === 0 ? "__fish_use_subcommand" : seen);
    const summaries = new Map(
      table.filter((sub) => sub.path.length === path.length + 1).map((sub) => [sub.path.join(" "), sub.summary]),
    );
    return [
      ...words.map((word) => {
        const summary = summaries.get([...path, word].join(" "));
        return `complete -c earshot -n ${when} -a ${quote(word)}${summary ? ` -d ${quote(summary)}` : ""}`;
      }),
      ...options.map(
        ({ flag, description }) => `complete -c earshot -n ${when} -l ${flag.slice(2)} -d ${quote(description)}`,
      ),
    ];
  });
  return lines.join("\n");
}
