import { linePlot } from "@earshot/plots";
import { drawBoxes } from "@earshot/vision";
import { encodeImage } from "@earshot/vision/node";
import type { TalkReport } from "@earshot/vision/video";
import type { Fact, Panel } from "../inspect/inspectPage.js";

const size = { width: 640, height: 170 };

/** Curves of mouth and sound, and how well they agree when one is shifted; none where no face was followed. */
export function talkPanels({ fps, opening, level, offset }: TalkReport): Panel[] {
  if (!opening.some(Number.isFinite)) return [];
  const x = Array.from(opening, (_, i) => i / fps);
  const curves = [
    { name: "mouth opening", x, y: toRange(opening) },
    ...(level ? [{ name: "sound", x, y: toRange(level) }] : []),
  ];
  return [
    {
      title: "Mouth and sound",
      explanation:
        "How open the mouth is (the contrast of lips, teeth and dark), and how loud the band of speech from 1,000 to 2,500 Hz is, each from its least to its most. Whoever talks opens the mouth with the sound.",
      spec: (theme) => linePlot(curves, { xTitle: "Time (s)", yTitle: "Share of the range", ...size, theme }),
    },
    ...(offset
      ? [
          {
            title: "Agreement of mouth and sound",
            explanation: `How well the two agree when the sound is moved against the pictures; the peak, ${saidOffset(offset)}, tells how far they are apart in the file.`,
            spec: (theme: "light" | "dark") =>
              linePlot(
                [
                  {
                    name: "agreement",
                    x: offset.curve.map(({ offsetSec }) => offsetSec),
                    y: offset.curve.map(({ score }) => score),
                  },
                ],
                { xTitle: "Sound later than picture by (s)", yTitle: "Agreement (−1 to 1)", ...size, theme },
              ),
          },
        ]
      : []),
  ];
}

/** What is to be told of a video in which somebody talks. */
export function talkFacts(report: TalkReport): Fact[] {
  const { faces, offset, level, fps } = report;
  const seen = faces.filter((face) => face !== undefined).length;
  return [
    {
      name: "face",
      value: seen === 0 ? "none" : `in ${((100 * seen) / faces.length).toFixed(0)} % of the pictures`,
      meaning: "The largest face when a shot begins is followed while it stays in its place.",
    },
    {
      name: "sound against picture",
      value: offset ? saidOffset(offset) : "cannot be told",
      meaning: offset
        ? `${offset.sure ? "Mouth and sound agree clearly there" : "Mouth and sound agree little: perhaps somebody else talks, or little is said"} (agreement ${offset.score.toFixed(2)}, ${offset.margin.toFixed(2)} above all other offsets). A picture lasts ${(1000 / fps).toFixed(0)} ms.`
        : `${level ? "It takes a face that is seen for a second, and a mouth that moves." : "There is no sound, or nothing but silence."}`,
    },
  ];
}

/** "together", or "0.20 s late (5.0 pictures)". */
export function saidOffset({ offsetSec, offsetFrames }: NonNullable<TalkReport["offset"]>): string {
  if (Math.abs(offsetFrames) < 1) return "together, to the picture";
  const pictures = `${Math.abs(offsetFrames).toFixed(1)} pictures`;
  return `${Math.abs(offsetSec).toFixed(2)} s ${offsetSec > 0 ? "late" : "early"} (${pictures})`;
}

/** The kept pictures with the followed face marked, as JPEG. */
export async function talkStrip({ strip }: TalkReport): Promise<{ timeSec: number; jpeg: Uint8Array }[]> {
  const stills: { timeSec: number; jpeg: Uint8Array }[] = [];
  for (const { timeSec, image, face } of strip) {
    const drawn = face ? drawBoxes(image, [face], { thickness: 2 }) : image;
    stills.push({ timeSec, jpeg: await encodeImage(drawn, "jpeg", { quality: 82 }) });
  }
  return stills;
}

/** Each value between the least (0) and the largest (1) of them. */
function toRange(values: Float32Array): Float32Array {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  return values.map((v) => (v - low) / (high - low || 1));
}
