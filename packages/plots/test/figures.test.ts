import { describe, expect, it } from "vitest";
import { renderPng, renderSvg } from "../src/index.js";
import { samples } from "./samples.js";
import { type TextBox, textBoxes } from "./svgText.js";

const overlap = (a: TextBox, b: TextBox): boolean =>
  a.left + 0.5 < b.right && b.left + 0.5 < a.right && a.top + 0.5 < b.bottom && b.top + 0.5 < a.bottom;

describe.each(Object.keys(samples))("the figure %s", (name) => {
  const spec = samples[name]();
  let drawn: Promise<string> | undefined;
  const draw = () => {
    drawn ??= renderSvg(spec);
    return drawn;
  };

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it("draws without a broken number, with every text inside and none upon another", async () => {
    const svg = await draw();
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object/);
    const { width, height, boxes } = textBoxes(svg);
    expect(boxes.length).toBeGreaterThan(2);
    for (const box of boxes) {
      expect(box.left, box.text).toBeGreaterThanOrEqual(0);
      expect(box.top, box.text).toBeGreaterThanOrEqual(0);
      expect(box.right, box.text).toBeLessThanOrEqual(width);
      expect(box.bottom, box.text).toBeLessThanOrEqual(height);
    }
    const clashes = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter((b) => overlap(a, b))
        .map((b) => `${a.text} / ${b.text}`),
    );
    expect(clashes).toEqual([]);
  });

  it("becomes a PNG of its size that is not of one colour", async () => {
    const svg = await draw();
    const { width, height } = textBoxes(svg);
    const png = await renderPng(svg, { scale: 1 });
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([Math.ceil(width), Math.ceil(height)]);
    expect(png.length).toBeGreaterThan(1500);
  });
});
