import { microphoneSource } from "../src/browser/microphoneSource.js";
import { clipSource } from "../src/sources/clipSource.js";
import type { AudioSource } from "../src/sources/types.js";
import { hear } from "./hearing.js";
import { createRecorder, download } from "./recorder.js";
import { fetchModels } from "./server.js";
import { createShow } from "./show.js";
import { byId, make } from "./view/dom.js";

const start = byId("start", HTMLButtonElement);
const record = byId("record", HTMLButtonElement);
const file = byId("file", HTMLInputElement);
const device = byId("device", HTMLSelectElement);
const sensitivity = byId("sensitivity", HTMLInputElement);
const offline = byId("offline", HTMLInputElement);
const tokenField = byId("token-field", HTMLElement);
const token = byId("token", HTMLInputElement);
const modelList = byId("models", HTMLElement);

const show = createShow();
const recorder = createRecorder();
let hearing: { stop(): void } | undefined;

interface ListenOptions {
  gate: boolean;
  maxBufferSec?: number;
}

/** Models listen in real time to a microphone; a file goes as fast as the server takes it. */
function listen(source: AudioSource, options: ListenOptions): void {
  const models = [...modelList.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value);
  if (models.length === 0) {
    show.trouble("Choose at least one model.");
    return;
  }
  hearing?.stop();
  show.trouble(undefined);
  show.figures.reset();
  show.status(`Opening ${source.name} …`);
  start.textContent = "Stop";
  record.disabled = false;
  const current = hear({
    source,
    models,
    ...options,
    show,
    sensitivity: Number(sensitivity.value),
    offline: offline.checked,
    token: token.value || undefined,
    onAudio: (samples, sampleRate) => {
      if (!recorder.hear(samples, sampleRate)) stopRecording();
    },
    onEnd: (trouble) => {
      if (hearing !== current && hearing !== undefined) return;
      hearing = undefined;
      stopRecording();
      start.textContent = "Start listening";
      record.disabled = true;
      show.trouble(trouble);
      show.status(trouble ? "Stopped" : "Ready", trouble ? "failed" : "");
    },
  });
  hearing = current;
  void listDevices();
}

async function analyse(blob: File): Promise<void> {
  try {
    const context = new OfflineAudioContext(1, 1, 16_000);
    const buffer = await context.decodeAudioData(await blob.arrayBuffer());
    const samples = new Float32Array(buffer.length);
    for (let c = 0; c < buffer.numberOfChannels; c++) {
      const channel = buffer.getChannelData(c);
      for (let i = 0; i < samples.length; i++) samples[i] += channel[i] / buffer.numberOfChannels;
    }
    const clip = { samples, sampleRate: buffer.sampleRate };
    listen(clipSource(clip, { name: blob.name, pace: "realtime", speed: 3.5 }), { gate: false, maxBufferSec: 15 });
  } catch {
    show.trouble(`${blob.name} is no audio that this browser can read; WAV, MP3, FLAC and OGG usually are.`);
  }
}

function stopRecording(): void {
  if (!recorder.on) return;
  const blob = recorder.stop();
  record.setAttribute("aria-pressed", "false");
  record.textContent = "Record";
  if (blob) download(blob, "earshot.wav");
}

/** Names of devices are told only once the microphone may be used. */
async function listDevices(): Promise<void> {
  const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const chosen = device.value;
  const inputs = devices.filter(
    ({ kind, deviceId }) => kind === "audioinput" && deviceId !== "" && deviceId !== "default",
  );
  device.replaceChildren(
    make("option", { value: "" }, "The system's choice"),
    ...inputs.map(({ deviceId, label }, i) => make("option", { value: deviceId }, label || `Microphone ${i + 1}`)),
  );
  if (inputs.some(({ deviceId }) => deviceId === chosen)) device.value = chosen;
}

async function loadModels(): Promise<void> {
  try {
    const models = await fetchModels(token.value || undefined);
    tokenField.hidden = models !== "token" && token.value === "";
    if (models === "token") {
      show.status("This server asks for its token.", "waiting");
      return;
    }
    modelList.replaceChildren(
      ...models.map(({ name, title }) =>
        make("label", {}, make("input", { type: "checkbox", value: name, checked: "" }), title),
      ),
    );
    start.disabled = false;
    show.status("Ready");
  } catch (error) {
    show.status("The server cannot be reached.", "failed");
    show.trouble((error as Error).message);
  }
}

start.addEventListener("click", () => {
  if (hearing) return hearing.stop();
  const deviceId = device.value || undefined;
  listen(microphoneSource({ deviceId, workletUrl: new URL("pcm-worklet.js", document.baseURI).href }), { gate: true });
});
record.addEventListener("click", () => {
  if (recorder.on) return stopRecording();
  recorder.start();
  record.setAttribute("aria-pressed", "true");
  record.textContent = "Stop and save";
});
file.addEventListener("change", () => {
  const [chosen] = file.files ?? [];
  if (chosen) void analyse(chosen);
  file.value = "";
});
token.addEventListener("change", () => void loadModels());
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dragging"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  const [dropped] = event.dataTransfer?.files ?? [];
  if (dropped) void analyse(dropped);
});
navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());
void listDevices();
void loadModels();
