import type { EventMessage } from "../../src/protocol/messages.js";
import { clock, colour, fitCanvas, make } from "./dom.js";
import { words } from "./modelCard.js";

const secondsShown = 60;
const maxEvents = 200;

interface Span {
  model: string;
  label: string;
  startSec: number;
  endSec?: number;
}

/** Events of the last minute as bars, one line a model, and all of them as a list for who does not see bars. */
export function createTimeline(canvas: HTMLCanvasElement, list: HTMLOListElement) {
  let spans: Span[] = [];
  let lanes: string[] = [];
  let nowSec = 0;
  const end = (model: string, endSec: number) => {
    const open = spans.find((span) => span.model === model && span.endSec === undefined);
    if (open) open.endSec = endSec;
  };
  const say = (model: string, label: string, text: string) => {
    list.prepend(make("li", {}, make("strong", {}, words(label)), ` ${text} (${model})`));
    while (list.children.length > maxEvents) list.lastChild?.remove();
  };
  return {
    reset(): void {
      spans = [];
      nowSec = 0;
      list.replaceChildren();
    },
    show(models: readonly string[]): void {
      lanes = [...models];
    },
    tick(seconds: number): void {
      nowSec = Math.max(nowSec, seconds);
    },
    /** Times of an event count from `originSec`. */
    add(model: string, event: EventMessage, originSec: number): void {
      const close = ({ label, endSec }: { label: string; endSec: number }) => {
        end(model, originSec + endSec);
        say(model, label, `until ${clock(originSec + endSec)}`);
      };
      if (event.kind === "end") {
        close(event);
        return;
      }
      if (event.ended) close(event.ended);
      const startSec = originSec + event.startSec;
      spans.push({ model, label: event.label, startSec });
      if (spans.length > maxEvents) spans.shift();
      say(model, event.label, `from ${clock(startSec)}, ${Math.round(event.probability * 100)} %`);
    },
    /** Events that go on are over for those who stop listening. */
    interrupt(seconds: number): void {
      for (const span of spans.filter((one) => one.endSec === undefined)) {
        span.endSec = Math.max(span.startSec, seconds);
        say(span.model, span.label, `until ${clock(span.endSec)}`);
      }
    },
    draw(): void {
      const context = fitCanvas(canvas);
      const { width, height } = canvas;
      const scale = width / canvas.clientWidth || 1;
      const fromSec = Math.max(0, nowSec - secondsShown);
      const margin = Math.min(84 * scale, width / 4);
      const x = (seconds: number) => margin + ((seconds - fromSec) / secondsShown) * (width - margin);
      context.clearRect(0, 0, width, height);
      context.font = `${12 * scale}px system-ui, sans-serif`;
      context.textBaseline = "middle";
      const laneHeight = height / Math.max(1, lanes.length);
      for (const [i, model] of lanes.entries()) {
        const top = i * laneHeight;
        context.fillStyle = colour("--soft");
        context.globalAlpha = 0.8;
        context.fillText(model, 6 * scale, top + laneHeight / 2);
        for (const span of spans.filter((one) => one.model === model)) {
          const left = Math.max(margin, x(span.startSec));
          const right = x(span.endSec ?? nowSec);
          if (right < margin) continue;
          context.globalAlpha = 0.85;
          context.fillStyle = colour("--accent");
          context.fillRect(left, top + laneHeight * 0.15, Math.max(2, right - left), laneHeight * 0.7);
          context.globalAlpha = 1;
          const label = words(span.label);
          // Half a word says less than none; the list below has all of them.
          if (context.measureText(label).width + 8 * scale > right - left) continue;
          context.fillStyle = colour("--accent-ink");
          context.fillText(label, left + 4 * scale, top + laneHeight / 2);
        }
      }
      context.globalAlpha = 1;
    },
  };
}
