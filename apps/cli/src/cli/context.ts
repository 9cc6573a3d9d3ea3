import type { Screen } from "./screen.js";

/** What every command is given beside its options. */
export interface Context {
  screen: Screen;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}
