import { preEmphasisStream } from "../core/preEmphasis.js";
import type { FrameStream } from "../core/stream.js";
import { deltaStream } from "../features/deltaStream.js";
import { kinds } from "./kinds.js";
import { resolveFeatureConfig } from "./resolve.js";
import type { FeatureConfig, ResolvedFeatureConfig } from "./types.js";

/** Rows of features from audio that comes in chunks; each matrix returned is valid until the next call. */
export type FeatureStream = FrameStream;

const fn = "createFeatureStream";

/**
 * Streaming twin of `extractFeatures`: the concatenated rows equal its matrix for any chunking.
 *
 * Only what looks at one frame and its neighbours can stream: `trim`, `durationSec`, `normalize`, `pool` and `topDb` look at the whole clip, and
 * belong to `extractFeatures` on a window of the stream. A centred config (constant or edge padding) streams too, nFft / 2 samples later.
 *
 * @param config with `topDb: null` where its kind has it
 * @throws RangeError if the config is wrong, or has a step that needs the whole clip
 */
export function createFeatureStream(config: FeatureConfig): FeatureStream {
  const resolved = resolveFeatureConfig(config);
  refuseClipSteps(resolved);
  const features = kinds[resolved.kind].features(fn, { ...resolved });
  const rows = features.stream();
  const { preEmphasis, deltas } = resolved;
  const filter = preEmphasis > 0 ? preEmphasisStream({ coefficient: preEmphasis }) : undefined;
  const derive = deltas > 0 ? deltaStream({ cols: features.cols, orders: deltas }) : undefined;
  let filtered = new Float32Array(0);
  const views: Float32Array[] = [];

  return {
    process(chunk) {
      let input = chunk;
      if (filter) {
        if (chunk.length > filtered.length) {
          filtered = new Float32Array(2 * chunk.length);
          views.length = 0;
        }
        views[chunk.length] ??= filtered.subarray(0, chunk.length);
        input = filter.process(chunk, views[chunk.length]);
      }
      const out = rows.process(input);
      return derive ? derive.process(out) : out;
    },
    flush() {
      filter?.reset();
      const last = rows.flush();
      if (!derive) return last;
      const body = derive.process(last);
      const kept = body.data.slice();
      const tail = derive.flush();
      const data = new Float32Array(kept.length + tail.data.length);
      data.set(kept);
      data.set(tail.data, kept.length);
      return { data, rows: body.rows + tail.rows, cols: tail.cols };
    },
    reset() {
      filter?.reset();
      rows.reset();
      derive?.reset();
    },
  };
}

function refuseClipSteps(config: ResolvedFeatureConfig): void {
  const wholeClip = [
    ["trim", config.trim !== null, "null"],
    ["durationSec", config.durationSec !== null, "null"],
    ["normalize", config.normalize !== "none", '"none"'],
    ["pool", config.pool !== null, "null"],
    ["topDb", "topDb" in config && config.topDb !== null, "null"],
  ] as const;
  for (const [key, used, neutral] of wholeClip) {
    if (used) {
      throw new RangeError(
        `${fn}: ${key} needs the whole clip; set ${key}: ${neutral}, or call extractFeatures on each window.`,
      );
    }
  }
}
