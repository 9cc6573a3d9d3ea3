export { startVirtualClock, type VirtualClock } from "./clock.js";
export { startVirtualDisk, type VirtualDisk } from "./disk.js";
export { connectEnds, type Link, type Weather } from "./network.js";
export { currentProcess, SimulatedProcess } from "./process.js";
