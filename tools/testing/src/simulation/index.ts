export { startVirtualClock, type VirtualClock } from "./clock.js";
export { connectEnds, type Link, type Weather } from "./network.js";
