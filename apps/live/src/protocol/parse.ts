import type { z } from "zod";
import { LiveError } from "./errorCodes.js";
import {
  type ClientMessage,
  clientMessageSchema,
  protocolVersion,
  type ServerMessage,
  serverMessageSchema,
} from "./messages.js";

/**
 * Reads a client's text message.
 *
 * @throws LiveError `bad_message` or `unsupported_version`, with the field and the value in its sentence
 */
export function parseClientMessage(text: string): ClientMessage {
  const value = parseJson(text);
  const { type, v } = (value ?? {}) as { type?: unknown; v?: unknown };
  if (type === "hello" && v !== protocolVersion) {
    throw new LiveError(
      "unsupported_version",
      `This server speaks protocol version ${protocolVersion}, got ${show(v)}.`,
    );
  }
  return parseWith(clientMessageSchema, value);
}

/**
 * Reads a server's text message.
 *
 * @throws LiveError `bad_message`
 */
export function parseServerMessage(text: string): ServerMessage {
  return parseWith(serverMessageSchema, parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LiveError("bad_message", `Text messages are JSON objects, got ${show(text)}.`);
  }
}

function parseWith<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = safely(schema, value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const field = path.join(".") || "message";
  throw new LiveError("bad_message", `${field}: ${message}, got ${show(at(value, path))}.`);
}

function safely<S extends z.ZodType>(schema: S, value: unknown) {
  try {
    return schema.safeParse(value);
  } catch {
    // Lengths are compared before kinds are known: one that is an object with a `toString` of its own breaks that.
    throw new LiveError("bad_message", "An entry called length, toString or valueOf stands where no message has one.");
  }
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** At most 60 characters of a value, on one line. */
function show(value: unknown): string {
  const text = (JSON.stringify(value) ?? "nothing").replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
