/** Where a run's course is told while it trains: TensorBoard, MLflow, or nothing. */
export interface Tracker {
  /** Settings of the run, once, before training: names with dots, as `model.epochs`. */
  settings(values: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** Figures of one step; those that are not finite are left out. */
  scalars(step: number, values: Readonly<Record<string, number | null | undefined>>): Promise<void>;
  /** A picture: PNG bytes. */
  image(name: string, step: number, png: Uint8Array): Promise<void>;
  /** Says how the run ended and lets go of files and connections. */
  close(outcome: "finished" | "failed" | "interrupted"): Promise<void>;
}

/** One tracker that tells several. */
export function trackAll(trackers: readonly Tracker[]): Tracker {
  const each = async (tell: (tracker: Tracker) => Promise<void>) => {
    for (const tracker of trackers) await tell(tracker);
  };
  return {
    settings: (values) => each((tracker) => tracker.settings(values)),
    scalars: (step, values) => each((tracker) => tracker.scalars(step, values)),
    image: (name, step, png) => each((tracker) => tracker.image(name, step, png)),
    close: (outcome) => each((tracker) => tracker.close(outcome)),
  };
}

/** Names and values of the finite figures. */
export function finiteEntries(values: Readonly<Record<string, number | null | undefined>>): [string, number][] {
  return Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
}

/** A nested recipe as flat settings with dotted names; lists become JSON, what is undefined is left out. */
export function flatSettings(value: unknown, prefix = ""): Record<string, string | number | boolean> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object") return { [prefix]: value as string | number | boolean };
  if (Array.isArray(value)) return { [prefix]: JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatSettings(inner, prefix ? `${prefix}.${key}` : key)),
  );
}
