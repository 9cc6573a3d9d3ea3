export * from "./frames";
