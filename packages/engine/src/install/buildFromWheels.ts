import { BUILT_ADDON } from "../native/engineFolder.js";
import { type NativeName, nativeEngines, TFJS_NODE } from "../native/engines.js";
import { importBuiltin } from "../setup/host.js";
import { python } from "./checkNeeds.js";
import { download } from "./download.js";
import type { Installing } from "./installEngine.js";
import { runCommand, runNpm } from "./runCommand.js";
import { unzip } from "./unzip.js";
import { nameOf, urlOf, type Wheel, wheels } from "./wheels.js";

const NODE_GYP = "11.5.0";

/** What of a wheel is needed, and where it goes: the libraries look for CUDA's in `../nvidia`, as they do among Python's packages. */
function placeOf(name: string): string | undefined {
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(name);
  if (library) return `deps/lib/${library[1]}`;
  const header = /^tensorflow\/include\/((?:tensorflow|tsl|xla)\/.*\.h)$/.exec(name);
  if (header) return `deps/include/${header[1]}`;
  if (/^nvidia\/cuda_nvcc\//.test(name) || /^nvidia\/[^/]+\/lib\//.test(name)) return `deps/${name}`;
  return undefined;
}

/** Builds tfjs-node's addon against the library in TensorFlow's Python wheels. */
export async function buildFromWheels(name: NativeName, { folder, downloads, ...run }: Installing): Promise<void> {
  const [{ mkdir, rm, symlink, rename, writeFile }, { existsSync }, { dirname, join }] = await Promise.all([
    importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
    importBuiltin<typeof import("node:fs")>("node:fs"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  const list = wheels[name] as readonly Wheel[];
  await mkdir(downloads, { recursive: true });
  const total = list.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const wheel of list) {
    const onBytes = (bytes: number): void => run.onProgress?.({ stage: "download", done: before + bytes, total });
    const { sha256, bytes } = wheel;
    await download({ url: urlOf(wheel), sha256, bytes, to: join(downloads, nameOf(wheel)) }, { ...run, onBytes });
    before += bytes;
  }
  let unpacked = 0;
  for (const wheel of list) {
    run.onProgress?.({ stage: "unpack", done: unpacked, total: list.length });
    if ((await unzip(join(downloads, nameOf(wheel)), folder, placeOf)) === 0) {
      throw new Error(`${nameOf(wheel)} holds nothing of what is needed`);
    }
    run.signal?.throwIfAborted();
    run.onProgress?.({ stage: "unpack", done: ++unpacked, total: list.length });
  }
  const lib = join(folder, "deps/lib");
  await symlink("libtensorflow_cc.so.2", join(lib, "libtensorflow.so"));
  await symlink("libtensorflow_framework.so.2", join(lib, "libtensorflow_framework.so"));

  run.onProgress?.({ stage: "build", done: 0, total: 2 });
  const { package: packageName } = nativeEngines[name];
  const manifest = {
    private: true,
    dependencies: { [packageName]: TFJS_NODE, "@tensorflow/tfjs-core": TFJS_NODE },
    // The package needs no more of TensorFlow.js than its core.
    overrides: { "@tensorflow/tfjs": `npm:@tensorflow/tfjs-core@${TFJS_NODE}` },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await must(
    "npm install",
    runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], { ...run, cwd: folder }),
  );
  const tools = join(folder, "tools");
  await mkdir(tools);
  await writeFile(join(tools, "package.json"), '{ "private": true }\n');
  await must(
    "npm install",
    runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund", `node-gyp@${NODE_GYP}`], { ...run, cwd: tools }),
  );
  run.onProgress?.({ stage: "build", done: 1, total: 2 });

  const source = join(folder, "node_modules", packageName);
  await rename(join(folder, "deps"), join(source, "deps"));
  // Node's own headers where they lie beside it; node-gyp downloads them otherwise.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include/node/node_api.h")) ? [`--nodedir=${prefix}`] : [];
  const gyp = [join(tools, "node_modules/node-gyp/bin/node-gyp.js"), "rebuild", ...headers];
  const module = ["--module_name=tfjs_binding", `--module_path=${dirname(join(folder, BUILT_ADDON))}`];
  await must(
    "node-gyp",
    runCommand(process.execPath, [...gyp, ...module, "--napi_build_version=8", `--python=${python()}`], {
      ...run,
      cwd: source,
    }),
  );
  await rename(join(source, "deps"), join(folder, "deps"));
  for (const path of [tools, join(folder, "deps/include"), join(source, "build")]) {
    await rm(path, { recursive: true, force: true });
  }
  run.onProgress?.({ stage: "build", done: 2, total: 2 });
}

/** What npm says around its errors, which tells nobody what is wrong. */
const NOISE = /^(errno|syscall|network|path|command|a complete log|at |throw |emitted |[\w$]+: .*[,{[]$|[{}\]]|$)/i;

/** Fails with a command's first errors where it failed, or its last words if it names none. */
export async function must(what: string, running: ReturnType<typeof runCommand>): Promise<string[]> {
  const { code, lines } = await running;
  if (code === 0) return lines;
  if (code === undefined) throw new Error(`${what} does not start`);
  const errors = lines
    .filter((line) => /\berr(or)?\b/i.test(line))
    .map((line) => line.replace(/^(npm|gyp) err(or)?!? */i, "").trim())
    .filter((line) => !NOISE.test(line));
  const telling = errors.length ? errors.slice(0, 3) : lines.slice(-3);
  throw new Error(`${what} ended with ${code}: ${telling.join(" / ") || "no output"}`);
}
