import type { Spec } from "../style.js";
import { ownIds } from "./ownIds.js";

type Vega = typeof import("vega");
type Compile = typeof import("vega-lite")["compile"];

let loading: Promise<{ vega: Vega; compile: Compile }> | undefined;

/** Vega takes a quarter of a second to load: nobody pays for it who draws nothing. */
function loadVega(): Promise<{ vega: Vega; compile: Compile }> {
  loading ??= (async () => {
    const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
    if (inNode()) await measureWithInter(vega);
    return { vega, compile };
  })();
  return loading;
}

/** Whether there is Node's file system and no page to draw on. */
export const inNode = (): boolean => typeof document === "undefined" && typeof process !== "undefined";

interface TextItem {
  font?: string;
  fontSize?: number;
  fontWeight?: string | number;
}

/** Without a canvas Vega guesses widths at 0.8 em a letter; the real ones of the shipped font keep margins right. */
async function measureWithInter(vega: Vega): Promise<void> {
  const { fontMetrics } = await import("./fonts.js");
  const { regular, bold } = await fontMetrics();
  const { textMetrics } = vega as unknown as {
    textMetrics: { width: (item: TextItem, text: unknown) => number; measureWidth: unknown; estimateWidth: unknown };
  };
  textMetrics.width = ({ fontSize = 11, fontWeight }, text) => {
    const heavy = fontWeight === "bold" || Number(fontWeight) >= 600;
    return (heavy ? bold : regular).width(String(text ?? "")) * fontSize;
  };
}

/**
 * Draws a Vega-Lite specification as SVG, in Node or a browser, without drawing on a screen.
 *
 * @param spec from any figure of this package, or your own; nothing is fetched from the network
 * @returns a whole SVG document; the same text for the same specification, and with ids of its own, so that several can
 * stand in one page
 * @throws Error if the specification is no valid Vega-Lite, or asks for data by URL
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const { vega, compile } = await loadVega();
  const messages: string[] = [];
  const logger = quietLogger(messages);
  const { spec: compiled } = compile(safeNames(spec) as unknown as Parameters<Compile>[0], {
    logger: logger as unknown as NonNullable<Parameters<Compile>[1]>["logger"],
  });
  const loader = vega.loader();
  // Vega only warns of data that it cannot load, and draws the rest.
  loader.load = async (uri: string) => {
    messages.push(`figures carry their data; this one asks for ${uri}.`);
    return "[]";
  };
  const view = new vega.View(vega.parse(compiled), { renderer: "none", loader, logger: logger as never });
  try {
    const svg = ownIds(xmlText(await view.toSVG()).replaceAll(MARK, ""));
    if (messages.length) throw new Error(`renderSvg: ${messages[0]}`);
    return svg;
  } finally {
    view.finalize();
  }
}

/** A space of no width, which no picture shows. */
const MARK = "\u200b";

/**
 * Vega 6 fails on names that every JavaScript object has ("constructor", "toString"), which classes and words may well be
 * called: they get a mark, which is taken out of the picture again.
 */
function safeNames(spec: Spec): Spec {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const text = JSON.stringify(spec);
  if (!names.some((name) => text.includes(`"${name}"`))) return spec;
  return JSON.parse(text, (_, value) => (names.includes(value) ? value + MARK : value));
}

/** Names may hold what XML must not: control characters and halves of surrogate pairs become the replacement character. */
const xmlText = (svg: string): string =>
  svg.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );

/** Packages never print: errors are kept and thrown, the rest is dropped. */
function quietLogger(errors: string[]) {
  const logger = {
    level: () => logger,
    error: (...parts: unknown[]) => {
      errors.push(parts.map(String).join(" "));
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
