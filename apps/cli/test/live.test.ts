import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeWav, syntheticSpeech } from "@earshot/datasets";
import { inThread, openModel, predictClip, shippedModels } from "@earshot/live";
import { createLiveClient } from "@earshot/live/client";
import { describe, expect, it } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { type LiveCommandOptions, liveCommand } from "../src/commands/live.js";
import { scratchFolder } from "./helpers.js";

const folder = scratchFolder();
const options: LiveCommandOptions = {
  source: "browser",
  rate: 16_000,
  fast: false,
  port: 0,
  host: "127.0.0.1",
  open: false,
  origin: [],
  workers: 1,
  sensitivity: 0.5,
};

/** A screen that keeps what was printed, and tells of it. */
function listening(onText: (text: string) => void = () => {}) {
  let text = "";
  const stdout = {
    write(part: string) {
      text += part;
      onText(text);
    },
  };
  return { screen: createScreen({ json: true, stdout, stderr: { write: () => true } }), text: () => text };
}

describe("earshot live --source FILE", () => {
  it("judges a file window by window, with the numbers of batch prediction", async () => {
    const [item] = syntheticSpeech({ speakers: 1, takes: 1, digits: [3], sampleRate: 16_000 }).items;
    const clip = await item.load();
    const path = join(folder, "three.wav");
    writeFileSync(path, encodeWav(clip));
    const { screen, text } = listening();
    const { signal } = new AbortController();
    await liveCommand(["sounds"], { ...options, source: path, fast: true }, { screen, signal });
    const heard = JSON.parse(text());
    const model = await openModel(shippedModels(["sounds"])[0]);
    const batch = await predictClip(clip, inThread(model));
    expect(heard).toMatchObject({ source: "three.wav", predictions: batch.length, dropped: 0 });
    expect(heard.windows).toHaveLength(batch.length);
    // The first window is not smoothed yet.
    const [first] = batch;
    const values: number[] = Object.values(heard.windows[0].probabilities);
    expect(Math.max(...values.map((p, i) => Math.abs(p - first.probabilities[i])))).toBeLessThan(1e-4);
    model.dispose();
  });

  it("counts the windows that are silence as not judged", async () => {
    const path = join(folder, "silence.wav");
    writeFileSync(path, encodeWav({ samples: new Float32Array(32_000), sampleRate: 16_000 }));
    const { screen, text } = listening();
    const { signal } = new AbortController();
    await liveCommand(["digits"], { ...options, source: path, fast: true }, { screen, signal });
    const { predictions, notJudged } = JSON.parse(text());
    expect(predictions).toBeGreaterThan(0);
    expect(notJudged).toBe(predictions);
  });

  it("names a file or a model that is not there", async () => {
    const { screen } = listening();
    const { signal } = new AbortController();
    const go = (names: string[], source: string) => liveCommand(names, { ...options, source }, { screen, signal });
    await expect(go(["soundz"], "browser")).rejects.toThrow(
      'There is no run folder or shipped model "soundz"; did you mean "sounds"?',
    );
    await expect(go([folder], "browser")).rejects.toThrow(/holds no model: give a run folder of `earshot train`/);
    await expect(go([], join(folder, "none.wav"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("earshot live", () => {
  it("serves clients until it is interrupted, and lets them finish", async () => {
    const stop = new AbortController();
    let started: (url: string) => void = () => {};
    const url = new Promise<string>((resolve) => (started = resolve));
    const { screen } = listening((text) => started(JSON.parse(text).url));
    const served = liveCommand(["digits"], options, { screen, signal: stop.signal });
    const at = (await Promise.race([url, served])) as string;
    const models: string[] = [];
    const client = createLiveClient({
      url: `${at.replace("http", "ws")}v1`,
      sampleRate: 16_000,
      models: ["digits"],
      onPrediction: ({ model }) => models.push(model),
    });
    client.send(new Float32Array(24_000).map((_, i) => 0.1 * Math.sin(i / 9)));
    const { predictions } = await client.end();
    expect(predictions).toBeGreaterThan(0);
    expect(models).toContain("digits");
    stop.abort();
    await served;
    await expect(fetch(at)).rejects.toThrow();
  });

  it("says what TLS and other addresses need", async () => {
    const { screen } = listening();
    const { signal } = new AbortController();
    const go = (change: Partial<LiveCommandOptions>) => liveCommand([], { ...options, ...change }, { screen, signal });
    await expect(go({ tlsCert: "cert.pem" })).rejects.toThrow("TLS needs both --tls-cert and --tls-key, PEM files.");
    await expect(go({ host: "0.0.0.0" })).rejects.toThrow(
      "startServer: 0.0.0.0 is reachable from other machines; set a token and tls, or insecure to do without.",
    );
  });
});
