import type { Done, ModelInfo, PredictionMessage } from "../src/protocol/messages.js";
import { byId } from "./view/dom.js";
import { createFigures } from "./view/figures.js";
import { createLevelMeter } from "./view/levelMeter.js";
import { createModelCard } from "./view/modelCard.js";
import { createSpectrogram } from "./view/spectrogram.js";
import { createTimeline } from "./view/timeline.js";

/** Everything on the page that moves. */
export function createShow() {
  const meter = createLevelMeter(
    byId("level", HTMLElement),
    byId("level-meter", HTMLMeterElement),
    byId("level-text", HTMLOutputElement),
  );
  const spectrogram = createSpectrogram(byId("spectrogram", HTMLCanvasElement));
  const timeline = createTimeline(byId("timeline", HTMLCanvasElement), byId("events", HTMLOListElement));
  const figures = createFigures(byId("figures", HTMLElement));
  const verdicts = byId("verdicts", HTMLElement);
  const trouble = byId("trouble", HTMLElement);
  const status = byId("status", HTMLElement);
  const cards = new Map<string, ReturnType<typeof createModelCard>>();
  /** Windows dropped by model, of this session; and of those before it, since each session counts anew. */
  const dropped = new Map<string, number>();
  let droppedBefore = 0;
  const droppedNow = () => [...dropped.values()].reduce((a, b) => a + b, 0);

  const draw = () => {
    meter.draw();
    spectrogram.draw();
    timeline.draw();
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);

  return {
    figures,
    status(text: string, state = ""): void {
      status.dataset.state = state;
      if (status.textContent !== text) status.textContent = text;
    },
    trouble(text: string | undefined): void {
      trouble.hidden = text === undefined;
      trouble.textContent = text ?? "";
    },
    /** Somebody else is listened to: what was shown is over. */
    begin(): void {
      cards.clear();
      verdicts.replaceChildren();
      dropped.clear();
      droppedBefore = 0;
      trouble.hidden = true;
      figures.reset();
      timeline.reset();
      spectrogram.reset();
    },
    /** The models of a new session, with the first or once more. */
    models(infos: readonly ModelInfo[], sensitivity: number): void {
      cards.clear();
      droppedBefore += droppedNow();
      dropped.clear();
      for (const info of infos) cards.set(info.name, createModelCard(info, sensitivity));
      verdicts.replaceChildren(...[...cards.values()].map((card) => card.element));
      timeline.show(infos.map((info) => info.name));
    },
    hear(samples: Float32Array, sampleRate: number): void {
      meter.hear(samples);
      spectrogram.hear(samples, sampleRate);
    },
    heard(seconds: number): void {
      timeline.tick(seconds);
    },
    /** Of a session that began `originSec` after its source. */
    prediction(prediction: PredictionMessage, originSec: number): void {
      cards.get(prediction.model)?.show(prediction);
      if (prediction.event) timeline.add(prediction.model, prediction.event, originSec);
      dropped.set(prediction.model, prediction.dropped);
      figures.set("Windows dropped", String(droppedBefore + droppedNow()));
    },
    /** What the end of the audio ended. */
    ended(events: Done["ended"], originSec: number): void {
      for (const { model, ...event } of events) timeline.add(model, { kind: "end", ...event }, originSec);
    },
    /** Nobody listens any more, or for a while. */
    interrupted(seconds: number): void {
      timeline.interrupt(seconds);
    },
  };
}

export type Show = ReturnType<typeof createShow>;
