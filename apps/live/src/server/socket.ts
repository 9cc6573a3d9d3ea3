import { WebSocket } from "ws";
import { type ErrorCode, errorCodes } from "../protocol/errorCodes.js";

/** What the library's own close codes mean in the protocol. */
const codeOf: Partial<Record<number, ErrorCode>> = {
  1002: "protocol",
  1007: "protocol",
  1008: "too_fragmented",
  1009: "too_big",
};

/**
 * A WebSocket that says why before it closes. Errors that the library finds (frames too big, too many fragments, bad UTF-8) reach `onFault`
 * while a message can still be sent.
 */
export class LiveSocket extends WebSocket {
  onFault: ((code: ErrorCode, message: string) => void) | undefined;
  #told = false;

  /** Sends the error, closes with its code, and lets go of who does not close in turn. */
  fail(code: ErrorCode, message: string): void {
    if (this.#told) return;
    this.#told = true;
    if (this.readyState === WebSocket.OPEN) this.send(JSON.stringify({ type: "error", code, message }));
    super.close(errorCodes[code], code);
    setTimeout(() => this.terminate(), 1000).unref();
  }

  override close(code?: number, reason?: string | Buffer): void {
    const fault = code === undefined ? undefined : codeOf[code];
    if (fault && !this.#told && this.onFault) this.onFault(fault, faults[fault] ?? "This is not WebSocket.");
    else super.close(code, reason);
  }
}

const faults: Partial<Record<ErrorCode, string>> = {
  too_big: "The message is larger than this server allows.",
  too_fragmented: "The message comes in more fragments than this server allows.",
  protocol: "The frames are not what RFC 6455 asks for.",
};
