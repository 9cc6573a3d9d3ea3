import { chirp, createFeatureStream, extractFeatures } from "@earshot/dsp";

const canvas = document.querySelector("#canvas");
const context = canvas.getContext("2d");
const status = document.querySelector("#status");
const config = (sampleRate) => ({
  kind: "logMel",
  sampleRate,
  nFft: 512,
  hopLength: 160,
  nMels: canvas.height,
  center: false,
  topDb: null,
});

/** Draws frames (rows of decibels) from column `x` on; returns the column behind the last. */
function draw({ data, rows, cols }, x) {
  const column = context.createImageData(1, cols);
  for (let frame = 0; frame < rows; frame++) {
    for (let band = 0; band < cols; band++) {
      const level = Math.min(1, Math.max(0, (data[frame * cols + band] + 80) / 80)); // −80 to 0 dB
      const at = 4 * (cols - 1 - band);
      column.data.set([255 * level, 255 * level ** 3, 160 * Math.sin(Math.PI * level), 255], at);
    }
    context.putImageData(column, (x + frame) % canvas.width, 0);
  }
  return (x + rows) % canvas.width;
}

/** A whole sound at once, fitted to the canvas. */
function show(samples, sampleRate) {
  const frames = extractFeatures(samples, config(sampleRate));
  canvas.width = Math.max(1, Math.min(frames.rows, 4000));
  draw({ ...frames, rows: canvas.width }, 0);
  status.textContent = `${(samples.length / sampleRate).toFixed(2)} s, ${frames.rows} frames of ${frames.cols} mel bands`;
}

document.querySelector("#sweep").onclick = () => {
  const sampleRate = 16000;
  show(chirp({ fMin: 100, fMax: 7000, sampleRate, length: 3 * sampleRate }), sampleRate);
};

document.querySelector("#file").onchange = async ({ target }) => {
  const audio = new OfflineAudioContext(1, 1, 16000);
  const sound = await audio.decodeAudioData(await target.files[0].arrayBuffer());
  show(sound.getChannelData(0), sound.sampleRate);
};

// The microphone, frame by frame: the stream gives the same numbers as the whole recording would.
document.querySelector("#microphone").onclick = async () => {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const audio = new AudioContext({ sampleRate: 16000 });
  const worklet = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([[samples]]) { if (samples) this.port.postMessage(samples.slice()); return true; }
  });`;
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: "text/javascript" })));
  const tap = new AudioWorkletNode(audio, "tap");
  const stream = createFeatureStream(config(audio.sampleRate));
  let x = 0;
  tap.port.onmessage = ({ data }) => {
    x = draw(stream.process(data), x);
    status.textContent = `listening at ${audio.sampleRate} Hz`;
  };
  canvas.width = 600;
  audio.createMediaStreamSource(microphone).connect(tap).connect(audio.destination);
};
