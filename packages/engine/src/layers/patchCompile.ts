import { LayersModel } from "@tensorflow/tfjs-layers";
import { fuseLosses, type LossModel } from "./fuseLosses.js";
import { fuseRelus, type GraphModel } from "./fuseRelu.js";

interface Model extends GraphModel, LossModel {
  compile(args: object): void;
}

let done = false;

/** What a model gains when it is compiled: neighbours that run as one kernel. */
export function patchCompile(): void {
  if (done) return;
  done = true;
  const prototype = LayersModel.prototype as unknown as Model;
  const original = prototype.compile;
  prototype.compile = function (args) {
    original.call(this, args);
    fuseRelus(this);
    fuseLosses(this);
  };
}
