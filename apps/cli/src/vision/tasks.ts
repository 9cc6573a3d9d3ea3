import type { VisionRecipe, VisionTask } from "./task.js";

/** Tasks of pictures by the name that a recipe gives; loaded when one runs. */
const tasks: Readonly<Record<string, () => Promise<VisionTask>>> = {
  templates: async () => cast((await import("./templates.js")).templatesTask),
  "av-digits": async () => cast((await import("./avDigits.js")).avTask),
  "video-talk": async () => cast((await import("./videoTalk.js")).talkTask),
  "faces-detect": async () => cast((await import("./detect.js")).detectTask),
  captions: async () => cast((await import("./captions.js")).captionsTask),
  "transfer-resnet": async () => cast((await import("./transfer.js")).transferTask),
  "faces-recognise": async () => cast((await import("./recognise.js")).recogniseTask),
};

/** Whether a recipe's `task` is one of pictures. */
export const isVisionTask = (task: unknown): task is string => typeof task === "string" && Object.hasOwn(tasks, task);

export const visionTask = (task: string): Promise<VisionTask> => tasks[task]();

/** A task checks its own recipe, so that it may be handed any. */
function cast<R extends VisionRecipe>(task: VisionTask<R>): VisionTask {
  return task as unknown as VisionTask;
}
