import type { ModelInfo, PredictionMessage } from "../src/protocol/messages.js";
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
  const dropped = new Map<string, number>();

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
    models(infos: readonly ModelInfo[], sensitivity: number): void {
      cards.clear();
      dropped.clear();
      for (const info of infos) cards.set(info.name, createModelCard(info, sensitivity));
      verdicts.replaceChildren(...[...cards.values()].map((card) => card.element));
      timeline.reset(infos.map((info) => info.name));
    },
    hear(samples: Float32Array, sampleRate: number): void {
      meter.hear(samples);
      spectrogram.hear(samples, sampleRate);
    },
    heard(seconds: number): void {
      timeline.tick(seconds);
    },
    prediction(prediction: PredictionMessage): void {
      cards.get(prediction.model)?.show(prediction);
      if (prediction.event) timeline.add(prediction.model, prediction.event);
      dropped.set(prediction.model, prediction.dropped);
      figures.set("Windows dropped", String([...dropped.values()].reduce((a, b) => a + b, 0)));
    },
  };
}

export type Show = ReturnType<typeof createShow>;
