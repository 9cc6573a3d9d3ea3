import { createRequire, syncBuiltinESMExports } from "node:module";
import { dirname, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A disk in memory, under a virtual clock: who writes to it takes time over it, and can be killed meanwhile. */
export interface VirtualDisk {
  /** What is on it, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether nothing more fits on it: who writes is left with half of it written, and an error. */
  full: boolean;
  restore(): void;
}

type Content = string | Uint8Array;
type Call = (...given: never[]) => unknown;

/**
 * Puts a disk in memory in the place of all paths below one: for `mkdir`, `open` to write, `readFile`, `rename` and `rm` of `node:fs/promises`, and for
 * what `node:fs` has without waiting of `exists`, `stat`, `open`, `write`, `read`, `rename`, `rm` and `readdir`. Other paths stay those of the machine.
 *
 * Begin it after the clock, and end it before.
 *
 * @param root such as /simulated
 * @param options.takesMs how long something with a path takes @param options.onAppear told of each file that appears, or changes, under a name without ".tmp"
 */
export function startVirtualDisk(
  root: string,
  {
    takesMs,
    onAppear = () => {},
  }: { takesMs(path: string): number; onAppear?(path: string, content: Uint8Array): void },
): VirtualDisk {
  const files = new Map<string, Uint8Array>();
  const folders = new Set([root]);
  const handles = new Map<number, string>();
  const disk = { files, full: false, restore };

  const fail = (code: string, path: string): never => {
    throw Object.assign(new Error(`${code}: ${path}`), { code, path });
  };
  const put = (path: string, content: Uint8Array): void => {
    files.set(path, content);
    if (!path.endsWith(".tmp")) onAppear(path, content);
  };
  const below = (path: string): string[] => [...files.keys(), ...folders].filter((one) => one.startsWith(`${path}/`));
  const bytesOf = (content: Content): Uint8Array => (typeof content === "string" ? Buffer.from(content) : content);

  const now = {
    exists: (path: string): boolean => files.has(path) || folders.has(path),
    create(path: string, flags: string): void {
      if (!folders.has(dirname(path))) fail("ENOENT", path);
      if (flags === "wx" && files.has(path)) fail("EEXIST", path);
      if (disk.full) fail("ENOSPC", path);
      files.set(path, new Uint8Array(0));
    },
    mkdir(path: string, { recursive = false }: { recursive?: boolean } = {}): void {
      if (!recursive && now.exists(path)) fail("EEXIST", path);
      if (!recursive && !folders.has(dirname(path))) fail("ENOENT", path);
      for (let at = path; at.length >= root.length; at = dirname(at)) folders.add(at);
    },
    read(path: string, encoding?: unknown): Content {
      const content = files.get(path) ?? fail("ENOENT", path);
      // What is read may be changed by whoever read it.
      return encoding ? Buffer.from(content).toString("utf8") : Buffer.from(content);
    },
    readdir: (path: string): string[] =>
      folders.has(path)
        ? below(path)
            .map((one) => one.slice(path.length + 1))
            .filter((one) => !one.includes("/"))
        : fail("ENOENT", path),
    rename(from: string, to: string): void {
      if (!now.exists(from) || !folders.has(dirname(to))) fail("ENOENT", from);
      if (folders.has(from) && below(to).length > 0) fail("ENOTEMPTY", to);
      for (const path of [...below(from), from]) {
        const target = to + path.slice(from.length);
        const content = files.get(path);
        if (folders.delete(path)) folders.add(target);
        files.delete(path);
        if (content) put(target, content);
      }
    },
    rm(path: string): void {
      for (const one of [...below(path), path]) if (!files.delete(one)) folders.delete(one);
    },
    stat: (path: string, { throwIfNoEntry = true } = {}) => {
      const { length } = files.get(path) ?? [];
      if (length === undefined && !folders.has(path)) return throwIfNoEntry ? fail("ENOENT", path) : undefined;
      return { size: length ?? 0, mtimeMs: 0, isFile: () => length !== undefined };
    },
  };

  const later =
    <Given extends [string, ...unknown[]], Got>(act: (...given: Given) => Got) =>
    async (...given: Given): Promise<Got> => {
      await sleep(takesMs(given[0]));
      return act(...given);
    };
  const openToWrite = async (path: string, flags: string) => {
    const moment = (): Promise<void> => sleep(takesMs(path));
    await moment();
    now.create(path, flags);
    return {
      async writeFile(content: Content): Promise<void> {
        const bytes = bytesOf(content);
        put(path, bytes.slice(0, bytes.length / 2));
        await moment();
        if (disk.full) fail("ENOSPC", path);
        put(path, bytes.slice());
      },
      sync: moment,
      close: moment,
    };
  };
  let lastHandle = 1e6;
  const instead: [string, Record<string, Call>][] = [
    [
      "node:fs/promises",
      {
        mkdir: later(now.mkdir),
        open: openToWrite,
        readFile: later(now.read),
        rename: later(now.rename),
        rm: later(now.rm),
      },
    ],
    [
      "node:fs",
      {
        existsSync: now.exists,
        statSync: now.stat,
        readFileSync: now.read,
        readdirSync: now.readdir,
        renameSync: now.rename,
        rmSync: now.rm,
        openSync(path: string, flags: string) {
          now.create(path, flags);
          handles.set(++lastHandle, path);
          return lastHandle;
        },
      },
    ],
  ];
  const ofHandles: Record<string, Call> = {
    writeSync(handle: number, content: Uint8Array, from = 0): number {
      const path = handles.get(handle) as string;
      if (disk.full) fail("ENOSPC", path);
      put(path, Buffer.concat([files.get(path) as Uint8Array, content.subarray(from)]));
      return content.length - from;
    },
    fsyncSync() {},
    closeSync: (handle: number) => void handles.delete(handle),
  };

  const require = createRequire(import.meta.url);
  const real: [Record<string, Call>, string, Call][] = [];
  const replace = (module: Record<string, Call>, name: string, isOurs: (first: unknown) => boolean, call: Call) => {
    const own = module[name];
    real.push([module, name, own]);
    module[name] = (...given: never[]) => (isOurs(given[0]) ? call(...given) : own.apply(module, given));
  };
  for (const [name, calls] of instead) {
    const module = require(name) as Record<string, Call>;
    for (const [key, call] of Object.entries(calls)) {
      const isOurs = (path: unknown): boolean => typeof path === "string" && path.startsWith(root);
      replace(module, key, isOurs, (...given: never[]) =>
        call(...([normalize(given[0]), ...given.slice(1)] as never[])),
      );
    }
  }
  for (const [key, call] of Object.entries(ofHandles)) {
    replace(require("node:fs") as Record<string, Call>, key, (handle) => handles.has(handle as number), call);
  }
  syncBuiltinESMExports();

  function restore(): void {
    for (const [module, name, own] of real) module[name] = own;
    syncBuiltinESMExports();
  }
  return disk;
}
