import { silentScreen } from "../src/cli/screen.js";
import type { LoadedRecipe } from "../src/recipe/load.js";
import { train } from "../src/train/train.js";

// A run in a process of its own, which a test kills: its recipe and folder come as JSON.
const { loaded, out } = JSON.parse(process.argv[2]) as { loaded: LoadedRecipe; out: string };
await train(loaded, { out, resume: true, checkpointEverySec: 0, threads: 1, screen: silentScreen });
