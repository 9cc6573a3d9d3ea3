import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, say, setUp } from "./setup.mjs";

// The live app on a fresh machine: set up, start the server on the models that come with it, open the page.
const usage = "Usage: npm run live [-- --port N] [--no-open]";
const args = process.argv.slice(2);
let port = 0;
let open = true;
for (let i = 0; i < args.length; i++) {
  if (args[i] === "--no-open") open = false;
  else if (args[i] === "--port" && /^\d{1,5}$/.test(args[i + 1] ?? "")) port = Number(args[++i]);
  else {
    say(`${usage}; got ${args[i]}.`);
    process.exit(2);
  }
}

setUp();
const entry = pathToFileURL(join(root, "apps", "live", "dist", "index.js")).href;
const { startServer, shippedModels, openBrowser, drainOnSignals } = await import(entry);
try {
  const server = await startServer({ models: shippedModels(), port });
  say(`Listening on ${server.url} with ${server.models.map((model) => model.title).join(", ")}. Ctrl-C ends it.`);
  if (open) openBrowser(server.url);
  drainOnSignals(server, () => process.exit(0));
} catch (error) {
  say(error.message);
  process.exit(1);
}
