#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  const { run } = await import(main.href);
  await run(process.argv);
} else {
  process.stderr.write(
    "earshot is not built yet: run `npm start` in the root of the workspace, or `npx pnpm build`.\n",
  );
  process.exitCode = 1;
}
