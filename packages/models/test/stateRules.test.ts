import { describe, expect, it } from "vitest";
import { dtypeOf, namedError, readState, stateFromJson, stateToJson } from "../src/core/state.js";
import type { StateTensor } from "../src/core/types.js";
import { readSafetensors, tensor, writeSafetensors } from "../src/index.js";

/** A safetensors file of one tensor of 16-bit numbers. */
function sixteenBits(dtype: string, words: number[]): Uint8Array {
  const header = JSON.stringify({ t: { dtype, shape: [words.length], data_offsets: [0, 2 * words.length] } });
  const file = new Uint8Array(8 + header.length + 2 * words.length);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(new TextEncoder().encode(header), 8);
  file.set(new Uint8Array(Uint16Array.from(words).buffer), 8 + header.length);
  return file;
}

describe("readSafetensors", () => {
  it("widens halves as IEEE 754 has it: zeros, subnormals, the largest, infinities and NaN", () => {
    const { t } = readSafetensors(sixteenBits("F16", [0, 0x8000, 1, 0x3ff, 0x400, 0x3c00, 0xc000, 0x7bff]));
    const smallest = 2 ** -24;
    expect([...t.data]).toEqual([0, -0, smallest, 1023 * smallest, 1024 * smallest, 1, -2, 65_504]);
    expect([...readSafetensors(sixteenBits("F16", [0x7c00, 0xfc00, 0x7e00])).t.data]).toEqual([
      Infinity,
      -Infinity,
      Number.NaN,
    ]);
  });
});

describe("writeSafetensors", () => {
  it("refuses shapes that do not fit", () => {
    expect(() => writeSafetensors({ a: { data: Float32Array.of(1, 2, 3), shape: [2, 2] } })).toThrow(
      new RangeError('writeSafetensors: "a" has shape [2, 2] but 3 numbers.'),
    );
  });

  it("refuses kinds of numbers that it cannot store", () => {
    expect(() => dtypeOf(new Int8Array(1) as unknown as StateTensor["data"])).toThrow(
      new TypeError("dtypeOf: [object Int8Array] cannot be stored."),
    );
  });
});

describe("stateToJson and stateFromJson", () => {
  it("keep NaN and infinities, whole numbers and what is no tensor", () => {
    const state = {
      kind: "k",
      floats: tensor(Float64Array.of(1, Number.NaN, Infinity, -Infinity), [2, 2]),
      inner: [{ kind: "i", ids: tensor(Int32Array.of(-1, 2)) }],
      none: null,
      // An object that has some of a tensor's fields is none.
      part: { dtype: "float32", shape: [1] },
      text: { dtype: "float32", shape: [1], data: "x" },
    };
    expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual(state);
  });

  it("refuse types of numbers that they do not know, and what has no kind", () => {
    expect(() => stateFromJson({ kind: "k", t: { dtype: "float8", shape: [0], data: [] } })).toThrow(
      new RangeError('stateFromJson: unknown dtype "float8".'),
    );
    for (const none of [null, 3, {}, { kind: 3 }]) {
      expect(() => stateFromJson(none)).toThrow("stateFromJson: a model's state is an object with a kind.");
    }
  });
});

describe("namedError", () => {
  it("leaves alone what says who speaks, and names the rest", () => {
    const own = new RangeError("svc: c must be above 0, got -1.");
    expect(namedError(own, "f: x")).toBe(own);
    const foreign = new TypeError("x is not iterable");
    expect(namedError(foreign, "f: x")).toEqual(
      new RangeError("f: x is none that this package wrote (x is not iterable).", { cause: foreign }),
    );
    expect(namedError("thrown text", "f: x").message).toBe("f: x is none that this package wrote (thrown text).");
  });
});

describe("readState", () => {
  const state = {
    kind: "k",
    n: 1,
    nan: Number.NaN,
    t: "x",
    ts: ["a", 1],
    list: [1, 2],
    o: {},
    models: [{ kind: "m" }, null],
    doubles: tensor(Float64Array.of(1, 2, 3, 4), [2, 2]),
    singles: tensor(Float32Array.of(1, 2)),
    ints: tensor(Int32Array.of(1, 2)),
    lying: { data: Float64Array.of(1), shape: [2] },
  };
  const read = readState(state);

  it("gives what is there", () => {
    expect([read.number("n"), read.text("t"), read.numbers("list"), read.has("n"), read.has("gone")]).toEqual([
      ...[1, "x", [1, 2], true, false],
    ]);
    expect(read.float64("doubles", [-1, 2])).toBe(state.doubles.data);
    expect(read.floats("singles", [2])).toBe(state.singles.data);
    expect(read.int32("ints", [-1])).toBe(state.ints.data);
    expect(read.tensor("ints")).toBe(state.ints);
    expect(read.options("o")).toBe(state.o);
  });

  it.each<[() => unknown, string]>([
    [() => read.number("gone"), '"gone" of the state must be a number, is missing.'],
    [() => read.number("nan"), '"nan" of the state must be a number.'],
    [() => read.text("n"), '"n" of the state must be text.'],
    [() => read.texts("ts"), '"ts" of the state must be a list of texts.'],
    [() => read.numbers("ts"), '"ts" of the state must be a list of numbers.'],
    [() => read.options("list"), '"list" of the state must be an object.'],
    [() => read.options(), '"options" of the state must be an object, is missing.'],
    [() => read.states("models"), '"models" of the state must be a list of models.'],
    [() => read.tensor("n"), '"n" of the state must be a tensor.'],
    [() => read.float64("doubles", [-1]), '"doubles" of the state must have shape [any], has [2, 2].'],
    [() => read.float64("doubles", [3, -1]), '"doubles" of the state must have shape [3, any], has [2, 2].'],
    [() => read.float64("lying", [2]), '"lying" of the state must have shape [2], has [2].'],
    [() => read.float64("singles", [2]), '"singles" of the state must be float64, is float32.'],
    [() => read.floats("ints", [2]), '"ints" of the state must be float32 or float64, is int32.'],
  ])("names what is not as it should be: %#", (ask, sentence) => {
    expect(ask).toThrow(new RangeError(`k: ${sentence}`));
  });
});
