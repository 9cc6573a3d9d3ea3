import { isSafePattern } from "redos-detector";
import { describe, expect, it } from "vitest";
import { writtenRegexes } from "../src/regexes.js";

/**
 * Expressions whose ways to match grow as a power of what they read, where what they read is short: one line of ffmpeg's output, a file's name,
 * an option, the first 200 bytes of a stream.
 */
const onShortTexts: readonly string[] = [
  String.raw`Stream #\S+ ?.*?: Video: (\w+).*?, (\d{1,5})x(\d{1,5})\b.*`,
  String.raw`Stream #\S+ ?.*?: Audio: (\w+).*?, (\d+) Hz, ([^,\n]+)`,
  String.raw`Stream #\S+ ?.*?: Audio: (?!none)`,
  String.raw`Stream #\S+ ?.*?: Video: `,
  "^.*?file:[^:]*: ",
  String.raw`^YUV4MPEG2 .*?F(\d+):(\d+)`,
  String.raw`^(.+)#\d\t(.*)$`,
  String.raw`^asv.?spoof.?(2019|2021)?([-_. ]?(LA|PA|DF))?(\.|$)`,
  String.raw`^(?:(LJ\d{3}-\d{4})|((?:BASIC5000|BASIC\d+|common_voice|gen|\w+)[-_]\w+))(_gen(?:erated)?)?$`,
  String.raw`^.*[\\/]|[.]ya?ml$`,
  "^(target|label|class|classes|y|outcome|risk|species|diagnosis|survived|churn|quality|default.*|.*[._ ]?(target|label|class|default|dlqin.*))$",
  String.raw`^(.+)=([\d.e-]+?)\.\.([\d.e]+)$`,
  String.raw`^(log:)?\s*(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)$`,
];

describe("regular expressions", () => {
  it("do not go back over what they read more than a few times, from wherever they start", () => {
    const written = writtenRegexes();
    expect(written.length).toBeGreaterThan(200);
    const open = written.filter(({ pattern }) => !onShortTexts.includes(pattern));
    const unsafe = open.filter(({ pattern, flags }) => {
      const anchored = pattern.startsWith("^") ? pattern : `^(?:${pattern})`;
      const how = { maxScore: 2000, timeout: 5000, downgradePattern: true, unicode: /[uv]/.test(flags) };
      return !isSafePattern(anchored, how).safe;
    });
    expect(unsafe).toEqual([]);
  });
});
