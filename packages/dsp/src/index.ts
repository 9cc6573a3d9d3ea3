export * from "./augment/index.js";
export * from "./config/index.js";
export * from "./core/index.js";
export * from "./effects/index.js";
export * from "./features/index.js";
export * from "./filters/index.js";
export * from "./pitch/index.js";
export * from "./synthesis/index.js";
