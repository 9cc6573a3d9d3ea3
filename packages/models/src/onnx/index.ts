export { exportOnnx } from "./exportOnnx.js";
