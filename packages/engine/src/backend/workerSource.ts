/**
 * What a worker of the pool runs, as text, so that neither Node nor a bundler has to find a file. It gets the compiled kernels,
 * the shared memory and the control block, and waits: a new round in `control[ROUND]` names a kernel, a range, a grain and
 * arguments; the worker claims grains until none is left. Nobody waits for a worker that has claimed nothing, so a late one may read
 * the arguments of a round while those of the next are being written: its claim, which names the round, then fails.
 */
export const workerSource = `
const run = ({ module, memory, control, numbers, names, id, spins }) => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const table = names.map((name) => kernels[name]);
  let round = 0;
  control[16 + id] = threadId();
  Atomics.add(control, 1, 1);
  Atomics.notify(control, 1);
  for (;;) {
    let spin = 0;
    while (Atomics.load(control, 0) === round) {
      if (++spin > spins) { Atomics.wait(control, 0, round); spin = 0; }
    }
    round = Atomics.load(control, 0);
    if (control[4] < 0) return;
    const kernel = table[control[4]], total = control[5], grain = control[6];
    const args = Array.from(numbers.subarray(0, control[7]));
    for (;;) {
      const claim = Atomics.load(control, 3), start = (claim & 4095) * grain;
      if (claim >> 12 !== (round << 12) >> 12 || start >= total || Atomics.load(control, 0) !== round) break;
      if (Atomics.compareExchange(control, 3, claim, claim + 1) !== claim) continue;
      try {
        kernel(start, Math.min(total, start + grain), id, ...args);
      } catch (error) {
        Atomics.store(control, 8, id);
      }
      Atomics.add(control, 2, 1);
      Atomics.notify(control, 2);
    }
  }
};
/* The number by which Linux knows this thread; 0 elsewhere. */
const threadId = () => {
  try {
    return Number(load("node:fs").readlinkSync("/proc/thread-self").split("/").pop());
  } catch {
    return 0;
  }
};
const load = typeof require === "function" ? require : globalThis.process?.getBuiltinModule;
if (load) run(load("node:worker_threads").workerData);
else onmessage = (event) => run(event.data);
`;
