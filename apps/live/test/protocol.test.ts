import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCodes, LiveError } from "../src/protocol/errorCodes.js";
import { parseClientMessage, parseServerMessage } from "../src/protocol/parse.js";

const documented = readFileSync(new URL("../PROTOCOL.md", import.meta.url), "utf8");

describe("parseClientMessage", () => {
  it("names the field and the value", () => {
    const hello = { type: "hello", v: 1, sampleRate: 16_000, channels: 1, encoding: "pcm_s16le" };
    const sentence = (message: unknown) => {
      try {
        parseClientMessage(typeof message === "string" ? message : JSON.stringify(message));
      } catch (error) {
        return error instanceof LiveError ? [error.code, error.message] : error;
      }
      return undefined;
    };
    expect(sentence(hello)).toBeUndefined();
    expect(sentence({ ...hello, v: "1" })).toEqual([
      "unsupported_version",
      'This server speaks protocol version 1, got "1".',
    ]);
    expect(sentence({ ...hello, sampleRate: 1 })).toEqual([
      "bad_message",
      "sampleRate: Too small: expected number to be >=8000, got 1.",
    ]);
    expect(sentence("{")).toEqual(["bad_message", 'Text messages are JSON objects, got "{".']);
    expect(sentence([])).toContain("bad_message");
    expect(sentence({ type: "eof", now: true })).toContain("bad_message");
  });
});

describe("PROTOCOL.md", () => {
  const lines = [...documented.matchAll(/^([→←]) (\{.*\})$/gm)];

  it("shows a session whose messages are valid", () => {
    expect(lines.length).toBeGreaterThan(5);
    for (const [, direction, text] of lines) {
      if (direction === "→") parseClientMessage(text);
      else parseServerMessage(text);
    }
    const kinds = lines.map(([, , text]) => JSON.parse(text).type);
    expect(new Set(kinds)).toEqual(new Set(["hello", "ready", "prediction", "eof", "done", "error"]));
  });

  it("lists every error with its close code", () => {
    for (const [code, close] of Object.entries(errorCodes)) expect(documented).toContain(`| \`${code}\` | ${close} |`);
  });
});
