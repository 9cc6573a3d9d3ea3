/** Why a microphone cannot be heard. */
export type MicrophoneTrouble = "denied" | "missing" | "busy" | "insecure" | "lost" | "unsupported" | "failed";

/** A microphone that cannot be heard, in words for people. */
export class MicrophoneError extends Error {
  constructor(
    readonly trouble: MicrophoneTrouble,
    message: string,
  ) {
    super(message);
    this.name = "MicrophoneError";
  }
}

const sentences: Record<MicrophoneTrouble, string> = {
  denied:
    "The browser may not use the microphone. Allow it in the site's settings (the icon beside the address), then start again.",
  missing: "No microphone was found. Plug one in, or drop a file here instead.",
  busy: "The microphone is in use by another program, or the system does not let the browser have it.",
  insecure: "Browsers share the microphone with secure pages only: open this page by https, or as localhost.",
  lost: "The microphone was unplugged or taken away.",
  unsupported: "This browser cannot record with an AudioWorklet; a current Chrome, Edge, Firefox or Safari can.",
  failed: "The microphone could not be opened.",
};

/** What the browser threw, as one of the troubles that people can do something about. */
export function microphoneError(error: unknown): MicrophoneError {
  if (error instanceof MicrophoneError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return trouble("denied");
  if (name === "NotFoundError" || name === "OverconstrainedError") return trouble("missing");
  if (name === "NotReadableError" || name === "AbortError") return trouble("busy");
  const detail = error instanceof Error ? ` (${error.message})` : "";
  return new MicrophoneError("failed", `${sentences.failed}${detail}`);
}

export const trouble = (kind: MicrophoneTrouble): MicrophoneError => new MicrophoneError(kind, sentences[kind]);
