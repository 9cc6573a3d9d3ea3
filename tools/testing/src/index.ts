export * from "./browser.js";
export * from "./data.js";
