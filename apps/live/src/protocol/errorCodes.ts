/** Everything that can end a connection: the code in the `error` message, and the WebSocket close code that follows it. */
export const errorCodes = {
  /** A text message that is not JSON, is of unknown type, or does not fit its schema. */
  bad_message: 1008,
  /** Audio or `eof` before `hello`. */
  hello_first: 1008,
  /** A second `hello`. */
  hello_twice: 1008,
  /** No `hello` in time. */
  hello_timeout: 1008,
  /** A protocol version this server does not speak. */
  unsupported_version: 1008,
  /** A model that is not on the server's list. */
  unknown_model: 1008,
  /** A binary message that is not a whole number of frames of 16-bit samples. */
  odd_bytes: 1007,
  /** Floats where 16-bit integers were promised. */
  float_audio: 1007,
  /** A message above the size limit. */
  too_big: 1009,
  /** A message in too many fragments. */
  too_fragmented: 1008,
  /** Not WebSocket as RFC 6455 has it: bad frames, bad UTF-8. */
  protocol: 1002,
  /** More audio per second than allowed. */
  too_fast: 1008,
  /** More text messages per second than allowed. */
  too_chatty: 1008,
  /** Messages after `eof`. */
  after_eof: 1008,
  /** No audio for too long. */
  idle: 1008,
  /** The client does not read what it is sent. */
  slow_reader: 1008,
  /** The client does not answer pings. */
  ping_timeout: 1008,
  /** A model failed on this connection's audio. */
  model_failed: 1011,
  /** A model did not answer in time. */
  model_timeout: 1011,
  /** Something else failed in the server. */
  internal: 1011,
  /** The server is going down; connect again later. */
  draining: 1001,
} as const;

/** Why a server ends a connection. */
export type ErrorCode = keyof typeof errorCodes;

/** A reason to end one connection. */
export class LiveError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "LiveError";
  }
}
