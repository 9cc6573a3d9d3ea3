import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  confusionMatrixPlot,
  encodePng,
  figure,
  heatmapPlot,
  houseConfig,
  perClassBars,
  pngUrl,
  renderPng,
  renderSvg,
  type Spec,
  waveformPlot,
} from "../src/index.js";
import { readFontMetrics } from "../src/render/fontMetrics.js";
import { palettes } from "../src/style.js";
import { textWidth } from "../src/text.js";

fc.configureGlobal({ seed: 31 });

const words = (text: string): Spec =>
  figure(
    {
      width: 200,
      height: 40,
      data: { values: [{}] },
      mark: { type: "text", text, fontSize: 20 },
      encoding: { x: { value: 100 }, y: { value: 20 } },
    },
    {},
  );

/** Pixels of a PNG as resvg writes it: RGBA, every filter undone. */
function pixelsOf(png: Uint8Array): { width: number; height: number; data: Uint8Array } {
  const view = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === "IDAT") parts.push(png.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const bytes = raw.length / height - 1;
  const step = bytes / width;
  const data = new Uint8Array(bytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (bytes + 1)];
    for (let x = 0; x < bytes; x++) {
      const left = x >= step ? data[y * bytes + x - step] : 0;
      const up = y > 0 ? data[(y - 1) * bytes + x] : 0;
      const corner = x >= step && y > 0 ? data[(y - 1) * bytes + x - step] : 0;
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      data[y * bytes + x] = raw[y * (bytes + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return { width, height, data };
}

const ink = (png: Uint8Array): number => {
  const { data } = pixelsOf(png);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] < 128) dark++;
  return dark;
};

describe("renderPng", () => {
  it("draws letters with the font that comes along, in Latin, Greek, Cyrillic and Azerbaijani", async () => {
    const blank = ink(await renderPng(words(" "), { scale: 1 }));
    for (const text of ["Loss", "µ Ω Σ", "Шум", "səs ğ ş"]) {
      expect(ink(await renderPng(words(text), { scale: 1 })), text).toBeGreaterThan(blank + 80);
    }
  });

  it("scales", async () => {
    const size = async (scale: number) => pixelsOf(await renderPng(words("a"), { scale })).width;
    const one = await size(1);
    expect(await size(3)).toBe(3 * one);
  });

  it("takes SVG as well as a specification", async () => {
    const spec = words("same");
    expect(await renderPng(await renderSvg(spec))).toEqual(await renderPng(spec));
  });

  it("says what is wrong", async () => {
    await expect(renderPng(words("a"), { scale: 0 })).rejects.toThrow(
      new RangeError("renderPng: scale must be above 0, got 0."),
    );
  });
});

describe("renderSvg", () => {
  it("refuses data from elsewhere and marks that do not exist", async () => {
    const far = figure({ data: { url: "http://example.org/x.json" }, mark: "point" }, {});
    await expect(renderSvg(far)).rejects.toThrow(
      "renderSvg: figures carry their data; this one asks for http://example.org/x.json.",
    );
    await expect(renderSvg(figure({ data: { values: [] }, mark: "cloud" }, {}))).rejects.toThrow();
  });

  it("draws the same picture twice, also after a failure", async () => {
    const spec = words("again");
    const first = await renderSvg(spec);
    await renderSvg(figure({ data: { url: "x.json" }, mark: "point" }, {})).catch(() => {});
    expect(await renderSvg(spec)).toBe(first);
  });

  it("gives each figure ids of its own, the same ones at every drawing", async () => {
    const heat = (last: number) =>
      heatmapPlot({ data: [1, 2, 3, last], rows: 2, cols: 2, rowNames: ["a", "b"], colNames: ["c", "d"] });
    const idsOf = (svg: string) => [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    const usesOf = (svg: string) => [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    const [first, second, again] = [await renderSvg(heat(4)), await renderSvg(heat(5)), await renderSvg(heat(4))];
    expect(again).toBe(first);
    expect(idsOf(first).length).toBeGreaterThan(0);
    expect(new Set(usesOf(first))).toEqual(new Set(idsOf(first)));
    expect(idsOf(second).some((id) => idsOf(first).includes(id))).toBe(false);
  });

  it("draws any name as SVG and PNG, whatever characters it holds", async () => {
    const label = fc.string({ unit: "binary", maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(label, { minLength: 2, maxLength: 3 }), label, async (labels, title) => {
        const k = labels.length;
        const data = new Array(k * k).fill(1);
        const svg = await renderSvg(confusionMatrixPlot({ labels, data, rows: k, cols: k }, { title }));
        expect((await renderPng(svg, { scale: 1 })).length).toBeGreaterThan(1000);
      }),
      { numRuns: 12 },
    );
    const names = ["constructor", "__proto__", "toString", "plain"];
    const named = await renderSvg(perClassBars(names.map((name) => ({ label: name, value: 0.5 }))));
    for (const name of names) expect(named).toContain(`>${name}<`);
    const odd = await renderSvg(words("a\u0001b\ud800c\u{1f600}"));
    expect(odd).toContain("a\ufffdb\ufffdc\u{1f600}");
  });

  it("escapes what names hold", async () => {
    expect(await renderSvg(words("<script>&"))).toContain("&lt;script&gt;&amp;");
  });

  it("measures with the letters' own widths", () => {
    const inter = readFontMetrics(readFileSync(new URL("../fonts/Inter-Regular.ttf", import.meta.url)));
    expect(inter.width("Spectrogram") * 11).toBeCloseTo(textWidth("Spectrogram", 11), 1);
    expect(inter.width("iiii")).toBeLessThan(inter.width("WWWW") / 2);
    expect(inter.width("語")).toBe(1);
    expect(textWidth("語é", 10)).toBe(16);
    expect(textWidth("a", 10, true)).toBeGreaterThan(textWidth("a", 10));
  });
});

describe("encodePng", () => {
  afterEach(() => vi.unstubAllGlobals());

  const image = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 30 }),
      channels: fc.constantFrom(1, 3, 4),
    })
    .chain(({ width, height, channels }) =>
      fc
        .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
        .map((data) => ({ width, height, data })),
    );

  it("gives the pixels back, compressed or stored", () => {
    fc.assert(
      fc.property(image, (pixels) => {
        expect(pixelsOf(encodePng(pixels))).toEqual(pixels);
      }),
      { numRuns: 50 },
    );
    vi.stubGlobal("process", undefined);
    const large = { width: 400, height: 200, data: Uint8Array.from({ length: 80_000 }, (_, i) => i * i) };
    const stored = encodePng(large);
    vi.unstubAllGlobals();
    expect(stored.length).toBeGreaterThan(80_000);
    expect(pixelsOf(stored)).toEqual(large);
  });

  it("says what is wrong", () => {
    expect(() => encodePng({ width: 2, height: 2, data: new Uint8Array(5) })).toThrow(
      new RangeError("encodePng: 2 × 2 pixels need 1, 3 or 4 bytes each, got 5 bytes."),
    );
    expect(pngUrl({ width: 1, height: 1, data: Uint8Array.of(7) })).toMatch(/^data:image\/png;base64,iVBOR/);
  });
});

describe("the house style", () => {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };

  it.each(["light", "dark"] as const)("keeps text readable and neighbouring colours apart in grey, %s", (theme) => {
    const { background, text, muted, series, ramp } = palettes[theme];
    expect(contrast(text, background)).toBeGreaterThan(10);
    expect(contrast(muted, background)).toBeGreaterThan(4.5);
    for (const color of series) expect(contrast(color, background), color).toBeGreaterThan(1.9);
    for (const [i, color] of series.slice(1).entries()) expect(contrast(color, series[i]), color).toBeGreaterThan(1.3);
    const greys = ramp.map(luminance);
    const sorted = [...greys].sort((a, b) => (theme === "light" ? b - a : a - b));
    expect(greys).toEqual(sorted);
    expect(houseConfig(theme)).toMatchObject({ background });
  });

  it("refuses a theme that it does not have", () => {
    expect(() => waveformPlot([0], { sampleRate: 8000, theme: "sepia" as never })).toThrow(
      new RangeError("figure: theme must be light or dark, got sepia."),
    );
  });
});
