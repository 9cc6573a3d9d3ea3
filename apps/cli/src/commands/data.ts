import { resolve } from "node:path";
import { corpora, corpusSources, getCorpus, otherCorpora, verifyCorpus } from "@earshot/datasets/node";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UsageError, UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

/** Sound first, then pictures, texts and tables. */
const every = { ...corpora, ...otherCorpora };

const kindOf = (name: string) => {
  if (!Object.hasOwn(every, name))
    throw new UsageError(`There is no corpus "${name}"; ${nearest(name, Object.keys(every))}`);
  return every[name];
};

/** `earshot data list` */
export function listCommand({ screen }: Pick<Context, "screen">): void {
  const all = Object.entries(every).map(([name, { info }]) => ({
    name,
    title: info.title,
    licence: info.licence,
    download: name in corpusSources,
  }));
  if (screen.json) {
    screen.printJson({ corpora: all });
    return;
  }
  const width = Math.max(...all.map(({ name }) => name.length)) + 2;
  for (const { name, title, licence, download } of all) {
    screen.print(
      `${pc.bold(name.padEnd(width))}${title} ${pc.dim(`(${licence}${download ? "; earshot data get" : ""})`)}`,
    );
  }
}

/** `earshot data info NAME` */
export function infoCommand(name: string, { screen }: Pick<Context, "screen">): void {
  const { title, licence, citation, url, groupKey, officialSplit } = kindOf(name).info;
  const { labels } = kindOf(name);
  const download = corpusSources[name]?.map((file) => file.url) ?? [];
  if (screen.json) {
    screen.printJson({ name, title, licence, citation, url, groupKey, officialSplit, targets: labels, download });
    return;
  }
  const rows: [string, string | undefined][] = [
    ["licence", licence],
    ["citation", citation],
    ["page", url],
    ["what can be learned", labels.length > 0 ? labels.join(", ") : "the names of its folders"],
    ["never on both sides", groupKey],
    ["official split", officialSplit],
    ["download", download.length > 0 ? `earshot data get ${name} --out DIR` : "by hand, see its page"],
  ];
  screen.print(pc.bold(title));
  for (const [key, value] of rows) if (value) screen.print(`  ${key.padEnd(21)}${value}`);
}

/** `earshot data get NAME --out DIR` */
export async function getCommand(name: string, { out }: { out: string }, { screen, signal }: Context): Promise<void> {
  kindOf(name);
  let current: { file: string; bar: ReturnType<typeof screen.progress> } | undefined;
  const paths = await getCorpus(name, {
    dir: resolve(out),
    signal,
    onProgress: (file, received, total) => {
      if (current?.file !== file) {
        current?.bar.end();
        current = {
          file,
          bar: screen.progress(`${file} (MiB)`, total === undefined ? undefined : Math.ceil(total / 2 ** 20)),
        };
      }
      current.bar.update(Math.round(received / 2 ** 20));
    },
  });
  current?.bar.end();
  if (screen.json) screen.printJson({ name, files: paths });
  else for (const path of paths) screen.print(path);
}

/** `earshot data verify NAME DIR` */
export async function verifyCommand(name: string, root: string, { screen }: Context): Promise<void> {
  kindOf(name);
  const bar = screen.progress("reading");
  const found = await verifyCorpus(name, { root, decode: true, onProgress: (done) => bar.update(done) });
  bar.end();
  const { items, expected, missing, extra, altered, broken } = found;
  if (screen.json) screen.printJson(found);
  else {
    screen.print(`${items} items${expected === undefined ? "" : ` of ${expected} in the release`}`);
    const show = (what: string, ids: readonly string[]): void => {
      if (ids.length > 0)
        screen.print(`  ${what}: ${ids.length} (${ids.slice(0, 5).join(", ")}${ids.length > 5 ? ", …" : ""})`);
    };
    show("missing", missing);
    show("not of the corpus", extra);
    show("with other content than the release's", altered);
    show(
      "broken",
      broken.map(({ id }) => id),
    );
  }
  if (altered.length > 0)
    throw new UserError(`${altered[0]} is not the file that was released; get it again with earshot data get ${name}.`);
  if (broken.length > 0)
    throw new UserError(
      `${broken.length} item${broken.length === 1 ? "" : "s"} cannot be decoded, the first because ${broken[0].reason}`,
    );
}
