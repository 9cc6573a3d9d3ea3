import { microphoneSource } from "../src/browser/microphoneSource.js";
import type { ModelInfo } from "../src/protocol/messages.js";
import { clipSource } from "../src/sources/clipSource.js";
import type { AudioSource } from "../src/sources/types.js";
import { type Hearing, type HearingSettings, hear } from "./hearing.js";
import { createRecorder, download } from "./recorder.js";
import { readClip } from "./recording.js";
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
let hearing: Hearing | undefined;
/** Begins anew what is heard, for settings that cannot be changed on the way. */
let again = () => {};
/** Rate of the microphone that is open, Hz; a recording is heard from its beginning whatever changes. */
let openRate = 0;
/** What the server took. */
let acceptedToken: string | undefined;
/** The latest file to be read: one that took longer comes too late. */
let reading: File | undefined;
let infos: readonly ModelInfo[] = [];

const settings = (): HearingSettings => ({
  models: [...modelList.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value),
  sensitivity: Number(sensitivity.value),
  offline: offline.checked,
});

/** What the chosen models were trained on, and 16 kHz at least, Hz. */
function wantedRate(): number {
  const { models } = settings();
  const rates = infos.filter(({ name }) => models.includes(name)).map((info) => info.sampleRate ?? 0);
  return Math.min(96_000, Math.max(16_000, ...rates));
}

/** Says so, and gives false, where no model would hear anything. */
function modelsChosen(): boolean {
  if (settings().models.length > 0) return true;
  show.trouble(infos.length > 0 ? "Choose at least one model." : "The server has not named its models yet.");
  return false;
}

/** Models listen in real time to a microphone; a file goes as fast as the server takes it. */
function listen(source: AudioSource, recording: boolean): void {
  reading = undefined;
  hearing?.stop();
  show.begin();
  show.status(`Opening ${source.name} …`);
  start.textContent = "Stop";
  record.disabled = false;
  const current = hear({
    source,
    settings: settings(),
    token: acceptedToken,
    recording,
    show,
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

function listenToMicrophone(): void {
  if (!modelsChosen()) return;
  const deviceId = device.value || undefined;
  const workletUrl = new URL("pcm-worklet.js", document.baseURI).href;
  openRate = wantedRate();
  again = listenToMicrophone;
  listen(microphoneSource({ deviceId, workletUrl, sampleRate: openRate }), false);
}

async function analyse(files: ArrayLike<File>): Promise<void> {
  const [file] = Array.from(files);
  if (!file) return;
  if (files.length > 1) {
    show.trouble(`One file at a time is heard here, and these are ${files.length}; earshot predict judges many.`);
    return;
  }
  if (!modelsChosen()) return;
  reading = file;
  if (!hearing) show.status(`Reading ${file.name} …`);
  try {
    const clip = await readClip(file, wantedRate());
    if (reading !== file) return;
    openRate = 0;
    again = () => void analyse([file]);
    listen(clipSource(clip, { name: file.name, pace: "realtime", speed: 3.5 }), true);
  } catch (error) {
    if (reading !== file) return;
    if (!hearing) show.status("Ready");
    show.trouble((error as Error).message);
  }
}

/** Whoever changes something while listening wants it to hold from now on. */
function adjust(): void {
  if (!hearing || !modelsChosen()) return;
  show.trouble(undefined);
  if (openRate >= wantedRate()) hearing.change(settings());
  else again();
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
  const given = token.value || undefined;
  try {
    const models = await fetchModels(given);
    tokenField.hidden = models !== "token" && given === undefined;
    if (models === "token") {
      show.status(given ? "The server does not know this token." : "This server asks for its token.", "waiting");
      return;
    }
    acceptedToken = given;
    infos = models;
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
  if (hearing) hearing.stop();
  else listenToMicrophone();
});
for (const control of [modelList, sensitivity, offline]) control.addEventListener("change", adjust);
device.addEventListener("change", () => {
  if (hearing && openRate > 0) again();
});
record.addEventListener("click", () => {
  if (recorder.on) return stopRecording();
  recorder.start();
  record.setAttribute("aria-pressed", "true");
  record.textContent = "Stop and save";
});
file.addEventListener("change", () => {
  void analyse(file.files ?? []);
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
  void analyse(event.dataTransfer?.files ?? []);
});
navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());
void listDevices();
void loadModels();
