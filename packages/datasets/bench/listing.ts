import { audioFolder, groupSplit } from "../src/node.js";

// Lists the folder it is given and splits it by speaker, in a process of its own: its memory is that of this work alone.
process.on("message", async (root: string) => {
  const begin = performance.now();
  const { items } = await audioFolder({ root, group: (file) => /s\d+/.exec(file.split("/")[1])?.[0] });
  const { train, test } = groupSplit(items, { seed: 1, stratify: "label" });
  const seconds = (performance.now() - begin) / 1e3;
  process.send?.({ seconds, items: train.length + test.length, mebibytes: process.resourceUsage().maxRSS / 1024 });
});
