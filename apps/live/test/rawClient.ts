import { type ClientOptions, WebSocket } from "ws";
import { encodePcm16 } from "../src/core/pcm.js";
import type { ServerMessage } from "../src/protocol/messages.js";
import { subprotocol } from "../src/protocol/messages.js";

export const hello = { type: "hello", v: 1, sampleRate: 16_000, channels: 1, encoding: "pcm_s16le" };

/** A client without manners: what it sends is up to the test. */
export interface RawClient {
  socket: WebSocket;
  messages: ServerMessage[];
  send(data: object | string | Uint8Array): void;
  /** Waits for a message of a type. */
  next(type: ServerMessage["type"]): Promise<ServerMessage>;
  /** Waits for the end: the close code, and the code of the error message before it. */
  ended: Promise<{ close: number; code: string | undefined }>;
}

export function rawClient(
  url: string,
  options: ClientOptions = {},
  protocols: string[] = [subprotocol],
): Promise<RawClient> {
  const socket = new WebSocket(url.replace("http", "ws"), protocols, { perMessageDeflate: false, ...options });
  const messages: ServerMessage[] = [];
  const waiting: { type: string; resolve: (message: ServerMessage) => void }[] = [];
  socket.on("message", (data, isBinary) => {
    if (isBinary) return;
    const message: ServerMessage = JSON.parse(data.toString());
    messages.push(message);
    for (const [i, wait] of [...waiting.entries()].reverse()) {
      if (wait.type !== message.type) continue;
      waiting.splice(i, 1);
      wait.resolve(message);
    }
  });
  const ended = new Promise<{ close: number; code: string | undefined }>((resolve) => {
    socket.on("close", (close) => {
      const error = messages.find((message) => message.type === "error");
      resolve({ close, code: error?.code });
    });
  });
  const client: RawClient = {
    socket,
    messages,
    send: (data) => socket.send(typeof data === "string" || data instanceof Uint8Array ? data : JSON.stringify(data)),
    next: (type) => {
      const there = messages.find((message) => message.type === type);
      if (there) return Promise.resolve(there);
      return new Promise((resolve) => waiting.push({ type, resolve }));
    },
    ended,
  };
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(client));
    socket.once("unexpected-response", (_, response) => reject(new Error(`refused with ${response.statusCode}`)));
    socket.on("error", reject);
  });
}

/** A second of full-scale square wave at 16 kHz. */
export const square = (hz: number): Uint8Array =>
  encodePcm16(
    Float32Array.from({ length: 16_000 }, (_, i) => Math.sign(Math.sin((2 * Math.PI * hz * i) / 16_000 + 0.1))),
  );
