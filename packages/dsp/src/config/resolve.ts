import { cacheKey, createCache } from "../core/cache.js";
import { requireInRange, requireInteger, requireOneOf, requirePositive, requireSampleRate } from "../core/check.js";
import { type KindDefinition, kinds } from "./kinds.js";
import { nearest } from "./nearest.js";
import { checkPool } from "./pool.js";
import type { FeatureConfig, ResolvedFeatureConfig, ResolvedShared } from "./types.js";

const fn = "resolveFeatureConfig";

const shared: ResolvedShared = {
  sampleRate: Number.NaN,
  trim: null,
  preEmphasis: 0,
  durationSec: null,
  durationAlign: "start",
  deltas: 0,
  normalize: "none",
  pool: null,
};

const trimDefaults = { topDb: 60, frameLength: 2048, hopLength: 512 };
const poolDefaults = { statistics: ["mean", "std"], segments: 1 };

/** Configs whose plans could be made: making one takes a while. */
const checked = createCache<boolean>(64);

type Values = Record<string, unknown>;

/**
 * Fills the defaults of a feature config and checks everything.
 *
 * @param config as it stands in a recipe; not modified. Keys that are undefined count as missing
 * @returns a plain JSON object with every key of its kind; resolving it again returns the same
 * @throws TypeError if config is no object or lacks `kind` or `sampleRate`
 * @throws RangeError if a key is unknown (names the nearest known one) or a value is out of range
 */
export function resolveFeatureConfig<C extends FeatureConfig>(config: C): ResolvedFeatureConfig & Required<C> {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new TypeError(`${fn}: config must be an object such as { kind: "mfcc", sampleRate: 16000 }, got ${config}.`);
  }
  const given = config as unknown as Values;
  const kind = given.kind;
  if (typeof kind !== "string" || !(kind in kinds)) {
    const known = Object.keys(kinds);
    const hint = typeof kind === "string" ? nearest(kind, known) : undefined;
    throw new RangeError(
      `${fn}: kind must be one of ${known.join(", ")}, got ${String(kind)}${hint ? `; did you mean ${hint}?` : "."}`,
    );
  }
  const definition: KindDefinition = kinds[kind as keyof typeof kinds];
  requireSampleRate(fn, given.sampleRate as number);
  const defaults = { kind, ...shared, ...definition.defaults };
  const full = fill("", given, defaults);
  full.trim = group("trim", full.trim, trimDefaults);
  full.pool = group("pool", full.pool, poolDefaults);
  checkShared(full as unknown as ResolvedShared);
  checked(cacheKey(full), () => {
    definition.features(fn, full);
    return true;
  });
  // AudioWorklets have no structuredClone; a config is plain JSON.
  return JSON.parse(JSON.stringify(full)) as ResolvedFeatureConfig & Required<C>;
}

/** Defaults overlaid with what is given. */
function fill(prefix: string, given: Values, defaults: Values): Values {
  const known = Object.keys(defaults);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const hint = nearest(key, known);
    throw new RangeError(
      `${fn}: ${prefix}${key} is not a known key${hint ? `; did you mean ${prefix}${hint}?` : `: ${known.join(", ")}.`}`,
    );
  }
  const full: Values = {};
  for (const key of known) {
    const value = given[key];
    const fallback = defaults[key];
    full[key] = value !== undefined ? value : typeof fallback === "function" ? fallback(full) : fallback;
  }
  return full;
}

function group(name: string, value: unknown, defaults: Values): Values | null {
  if (value === null) return null;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new TypeError(`${fn}: ${name} must be an object or null, got ${String(value)}.`);
  }
  return fill(`${name}.`, value as Values, defaults);
}

function checkShared(config: ResolvedShared): void {
  requireInRange(fn, "preEmphasis", config.preEmphasis, 0, 1);
  if (config.durationSec !== null) {
    requirePositive(fn, "durationSec", config.durationSec);
    requireInteger(fn, "durationSec × sampleRate", Math.round(config.durationSec * config.sampleRate), 1, 2 ** 31);
  }
  requireOneOf(fn, "durationAlign", config.durationAlign, ["start", "center"]);
  requireInteger(fn, "deltas", config.deltas, 0, 2);
  requireOneOf(fn, "normalize", config.normalize, ["none", "mean", "meanVariance"]);
  if (config.trim) {
    requirePositive(fn, "trim.topDb", config.trim.topDb);
    requireInteger(fn, "trim.frameLength", config.trim.frameLength, 1);
    requireInteger(fn, "trim.hopLength", config.trim.hopLength, 1);
  }
  if (config.pool) checkPool(fn, config.pool);
}
