import type { z } from "zod";
import { nearest } from "../cli/nearest.js";

interface Def {
  type: string;
  shape?: Record<string, Schema>;
  options?: Schema[];
  innerType?: Schema;
  element?: Schema;
  valueType?: Schema;
  discriminator?: string;
  values?: unknown[];
}
type Schema = { _zod: { def: Def } };

/**
 * One sentence for what is wrong with a value: the path, the rule, what was found, and for unknown keys the nearest known one.
 *
 * @param what how the sentence calls the whole value, such as the recipe's file
 */
export function explainIssue(what: string, schema: z.ZodType, value: unknown, error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue.path.map(String);
  const at = path.join(".");
  const got = show(lookUp(value, path));
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema as unknown as Schema, value, path);
    const full = [...path, issue.keys[0]].join(".");
    return `${what}: unknown key "${full}"; ${nearest(issue.keys[0], known)}`;
  }
  if (issue.code === "invalid_union" && "discriminator" in issue && issue.discriminator) {
    const key = String(issue.discriminator);
    const words = kindsAt(schema as unknown as Schema, value, path.at(-1) === key ? path.slice(0, -1) : path, key);
    const full = path.at(-1) === key ? at : [...path, key].join(".");
    const word = lookUp(value, full.split("."));
    if (typeof word === "string") return `${what}: unknown ${full} "${word}"; ${nearest(word, words)}`;
    return `${what}: ${full} must be one of ${words.join(", ")}, got ${show(word)}.`;
  }
  if (issue.code === "invalid_value") {
    const words = issue.values.map(String);
    const word = lookUp(value, path);
    const hint = typeof word === "string" ? `; ${nearest(word, words)}` : ".";
    return `${what}: ${at} must be ${words.length === 1 ? words[0] : `one of ${words.join(", ")}`}, got ${got}${hint}`;
  }
  if (lookUp(value, path) === undefined) return `${what}: ${at || "the recipe"} is missing.`;
  return `${what}: ${at || "the recipe"} ${rule(issue)}, got ${got}.`;
}

function rule(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? `must have at least ${issue.minimum} ${issue.origin === "array" ? "entries" : "characters"}`
        : `must be ${issue.inclusive ? "at least" : "above"} ${issue.minimum}`;
    case "too_big":
      return issue.origin === "string" || issue.origin === "array"
        ? `must have at most ${issue.maximum} ${issue.origin === "array" ? "entries" : "characters"}`
        : `must be ${issue.inclusive ? "at most" : "below"} ${issue.maximum}`;
    case "invalid_type":
      return `must be ${article(issue.expected)}`;
    case "invalid_union":
      return "is none of the kinds allowed here";
    default:
      return `is not right (${issue.message})`;
  }
}

const article = (type: string): string => {
  const word =
    type === "int" ? "whole number" : type === "string" ? "text" : type === "boolean" ? "true or false" : type;
  if (word === "text" || word === "true or false") return word;
  return `${/^[aeio]/.test(word) ? "an" : "a"} ${word}`;
};

function lookUp(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], value);
}

function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "a list";
  return value !== null && typeof value === "object" ? "an object" : String(value);
}

/** Schemas that may hold for the value at a path; those whose discriminator does not fit are left out. */
function schemasAt(schema: Schema, value: unknown, path: readonly string[]): Schema[] {
  const { def } = schema._zod;
  if (def.innerType) return schemasAt(def.innerType, value, path);
  if (def.options) {
    const key = def.discriminator;
    const fitting = key
      ? def.options.filter((option) => literalsOf(option, key).includes((value as Record<string, unknown>)?.[key]))
      : def.options;
    return (fitting.length ? fitting : def.options).flatMap((option) => schemasAt(option, value, path));
  }
  if (path.length === 0) return [schema];
  const next = def.shape?.[path[0]] ?? def.element ?? def.valueType;
  return next ? schemasAt(next, (value as Record<string, unknown> | undefined)?.[path[0]], path.slice(1)) : [];
}

const literalsOf = (option: Schema, key: string): unknown[] => option._zod.def.shape?.[key]?._zod.def.values ?? [];

const keysAt = (schema: Schema, value: unknown, path: readonly string[]): string[] =>
  schemasAt(schema, value, path).flatMap((found) => Object.keys(found._zod.def.shape ?? {}));

function kindsAt(schema: Schema, value: unknown, path: readonly string[], key: string): string[] {
  return schemasAt(schema, value, path).flatMap((found) => literalsOf(found, key).map(String));
}
