import { readFileSync } from "node:fs";
import { readFontMetrics } from "../src/render/fontMetrics.js";

export interface TextBox {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const font = (name: string) => readFontMetrics(readFileSync(new URL(`../fonts/${name}.ttf`, import.meta.url)));
const regular = font("Inter-Regular");
const bold = font("Inter-SemiBold");

const plainText = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

type Frame = [number, number, number, number, number, number];

const times = ([a, b, c, d, e, f]: Frame, [g, h, i, j, k, l]: Frame): Frame => [
  a * g + c * h,
  b * g + d * h,
  a * i + c * j,
  b * i + d * j,
  a * k + c * l + e,
  b * k + d * l + f,
];

/** Where each visible text of a figure lies, from its transforms and the widths of its letters. */
export function textBoxes(svg: string): { width: number; height: number; boxes: TextBox[] } {
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) as unknown as string[];
  const boxes: TextBox[] = [];
  const stack: Frame[] = [[1, 0, 0, 1, 0, 0]];
  for (const match of svg.matchAll(/<(\/?)(g|text)\b([^>]*?)(\/?)>/g)) {
    const [tag, close, name, attributes, empty] = match;
    if (close) {
      if (name === "g") stack.pop();
      continue;
    }
    const frame = times(stack.at(-1) as Frame, transformOf(attributes));
    if (name === "g" && !empty) stack.push(frame);
    if (name !== "text" || empty) continue;
    const body = svg.slice(match.index + tag.length, svg.indexOf("</text>", match.index));
    // A halo lies below the text of the same words.
    if (/opacity="0"|display="none"|stroke-width="4"/.test(attributes)) continue;
    const size = Number(/font-size="([\d.]+)px"/.exec(attributes)?.[1] ?? 11);
    const heavy = /font-weight="(600|bold)"/.test(attributes);
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
    const lines = body.includes("<tspan") ? [...body.matchAll(/<tspan[^>]*>([^<]*)/g)].map((m) => m[1]) : [body];
    lines.forEach((line, i) => {
      const text = plainText(line);
      if (!text.trim()) return;
      const w = (heavy ? bold : regular).width(text) * size;
      const from = anchor === "middle" ? -w / 2 : anchor === "end" ? -w : 0;
      const base = i * (size + 2);
      const corners = [
        [from, base - 0.75 * size],
        [from + w, base - 0.75 * size],
        [from, base + 0.2 * size],
        [from + w, base + 0.2 * size],
      ].map(([x, y]) => [frame[0] * x + frame[2] * y + frame[4], frame[1] * x + frame[3] * y + frame[5]]);
      const xs = corners.map(([x]) => x);
      const ys = corners.map(([, y]) => y);
      boxes.push({
        text,
        left: Math.min(...xs),
        right: Math.max(...xs),
        top: Math.min(...ys),
        bottom: Math.max(...ys),
      });
    });
  }
  return { width: Number(width), height: Number(height), boxes };
}

function transformOf(attributes: string): Frame {
  let frame: Frame = [1, 0, 0, 1, 0, 0];
  const list = /transform="([^"]*)"/.exec(attributes)?.[1] ?? "";
  for (const [, kind, args] of list.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [x, y = 0] = args.split(/[ ,]+/).map(Number);
    const turn = (x * Math.PI) / 180;
    if (kind === "translate") frame = times(frame, [1, 0, 0, 1, x, y]);
    if (kind === "rotate")
      frame = times(frame, [Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0]);
  }
  return frame;
}
