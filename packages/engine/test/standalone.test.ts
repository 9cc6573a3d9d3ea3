import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const room = fileURLToPath(new URL("..", import.meta.url));
const root = join(room, "../..");
const project = mkdtempSync(join(tmpdir(), "earshot-standalone-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** A program of somebody who writes TensorFlow.js: their own import of it, and ours. */
const program = `
import { useEngine } from "@earshot/engine";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";

export async function train(threads: number): Promise<{ backend: string; loss: number[]; weights: number }> {
  const engine = await useEngine({ threads, seed: 5 });
  const model: layers.Sequential = layers.sequential();
  model.add(layers.layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", inputShape: [12, 10, 1] }));
  model.add(layers.layers.batchNormalization());
  model.add(layers.layers.globalAveragePooling2d({}));
  model.add(layers.layers.dense({ units: 2, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(0.05), loss: "categoricalCrossentropy" });
  const x: tf.Tensor4D = tf.concat([tf.randomNormal([8, 12, 10, 1]), tf.randomNormal([8, 12, 10, 1], 3)]) as tf.Tensor4D;
  const y = tf.oneHot(tf.tensor1d([...Array(16).keys()].map((i) => +(i > 7)), "int32"), 2).toFloat();
  const { history } = await model.fit(x, y, { epochs: 6, verbose: 0 });
  const speed: number = engine.measure().stepMs;
  if (!(speed > 0)) throw new Error("no speed");
  return { backend: tf.getBackend(), loss: history.loss as number[], weights: model.countParams() };
}
`;

/** The package as npm would unpack it, beside TensorFlow.js, in an empty project. */
beforeAll(() => {
  const modules = join(project, "node_modules");
  const engine = join(modules, "@earshot/engine");
  mkdirSync(engine, { recursive: true });
  const compile = [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir"];
  execFileSync(process.execPath, [...compile, join(engine, "dist")], { cwd: room });
  const { devDependencies: _, scripts: __, ...manifest } = JSON.parse(readFileSync(join(room, "package.json"), "utf8"));
  // A condition of this workspace, whose file is not published.
  delete manifest.exports["."]["@earshot/source"];
  writeFileSync(join(engine, "package.json"), JSON.stringify(manifest));
  for (const path of manifest.files.filter((name: string) => name !== "dist"))
    cpSync(join(room, path), join(engine, path));
  mkdirSync(join(modules, "@tensorflow"));
  for (const name of Object.keys(manifest.dependencies)) {
    symlinkSync(join(room, "node_modules", name), join(modules, name));
  }
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }');
  writeFileSync(join(project, "train.ts"), program);
  const options = { module: "nodenext", target: "es2022", strict: true, lib: ["es2022", "dom"], types: [] };
  const compilerOptions = { ...options, skipLibCheck: true, outDir: "out" };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["train.ts"] }));
}, 60_000);

interface Trained {
  backend: string;
  loss: number[];
  weights: number;
}

const learns = ({ backend, loss, weights }: Trained): void => {
  expect([backend, weights]).toEqual(["earshot", 8 * 9 + 8 + 4 * 8 + 2 * 8 + 2]);
  expect(loss[5]).toBeLessThan(0.6 * loss[0]);
};

describe("@earshot/engine by itself, in an empty project", () => {
  it("type-checks in a TensorFlow.js program, and makes its fit run on our backend in Node", () => {
    const check = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project]);
    expect(String(check.stdout)).toBe("");
    const script = 'import { train } from "./out/train.js"; console.log(JSON.stringify(await train(2)));';
    const args = ["--input-type=module", "-e", script];
    const printed = execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", timeout: 60_000 });
    learns(JSON.parse(printed));
  });

  it.skipIf(!chromiumPath)(
    "does the same in a browser, bundled by Vite and by esbuild",
    async () => {
      writeFileSync(
        join(project, "page.ts"),
        'import { train } from "./train";\nObject.assign(globalThis, { train });\n',
      );
      const files: Record<string, string> = {};
      const { build } = await import("vite");
      const lib = { entry: join(project, "page.ts"), formats: ["es" as const], fileName: "page" };
      await build({
        root: project,
        logLevel: "silent",
        configFile: false,
        build: { lib, outDir: join(project, "vite") },
      });
      files["/vite.js"] = readFileSync(join(project, "vite/page.js"), "utf8");
      files["/esbuild.js"] = await bundleForBrowser('import "./page";', project);
      for (const name of Object.keys(files)) {
        const trained = await withPage({ files, crossOriginIsolated: true }, async (page) => {
          await page.addScriptTag({ url: name, type: "module" });
          await page.waitForFunction("globalThis.train");
          return (await page.evaluate("globalThis.train(2)")) as Trained;
        });
        learns(trained);
      }
    },
    60_000,
  );
});
