import { createMessage, type MessageWriter } from "./protobuf.js";

/** An attribute of a node. */
export type Attribute =
  | { int: number }
  | { float: number }
  | { text: string }
  | { ints: ArrayLike<number> }
  | { floats: ArrayLike<number> }
  | { texts: readonly string[] };

/** Collects the nodes of an ONNX graph with one input (floats, N × shape of a sample, or N texts) and one float output. */
export interface GraphBuilder {
  /**
   * Adds a node and gives the name of its output, of several the one at `place`. `domain` "" is ONNX' own, "ai.onnx.ml" that of
   * classical models.
   */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    domain?: string,
    place?: number,
  ): string;
  /** Adds a node with several outputs and gives the names of all. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    count: number,
  ): string[];
  /** Adds a constant and gives its name. */
  constant(values: ArrayLike<number>, shape: readonly number[]): string;
  /** Adds the kernel of a layer: as a constant, or in eight bits that the graph multiplies out, a scale a place along `axis`. */
  weight(values: ArrayLike<number>, shape: readonly number[], axis: number): string;
  /** Adds whole numbers of 64 bits, such as a shape, and gives their name. */
  whole(values: readonly number[]): string;
  /** @param shape of one sample, −1 where any length goes */
  finish(output: string, shape: readonly number[], metadata: Readonly<Record<string, string>>): Uint8Array;
}

const result = "probabilities";

/** ONNX' number of the type, and the least kernel that is worth its scales. */
const INT8 = 3;
const LEAST_ROUNDED = 64;

/**
 * @param input name of what goes in
 * @param type of it
 */
export function createGraph(
  input = "features",
  type: keyof typeof elementTypes = "float",
  { int8 = false }: { int8?: boolean } = {},
): GraphBuilder & { input: string } {
  const nodes: MessageWriter[] = [];
  const constants: MessageWriter[] = [];
  const domains = new Map([
    ["", 17],
    ["ai.onnx.ml", 3],
  ]);
  let names = 0;
  const add = (
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    domain: string,
  ): void => {
    const node = createMessage();
    for (const name of inputs) node.text(1, name);
    for (const name of outputs) node.text(2, name);
    node.text(3, `${op}_${nodes.length}`).text(4, op);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    if (!domains.has(domain)) domains.set(domain, 1);
    nodes.push(domain ? node.text(7, domain) : node);
  };
  const constant: GraphBuilder["constant"] = (values, shape) => {
    const name = `constant${names++}`;
    const raw = new Uint8Array(Float32Array.from(values).buffer);
    constants.push(createMessage().ints(1, shape).int(2, 1).text(8, name).bytes(9, raw));
    return name;
  };
  return {
    input,
    node(op, inputs, attributes = {}, domain = "", place = 0) {
      const outputs = Array.from({ length: place + 1 }, () => `value${names++}`);
      add(op, inputs, outputs, attributes, domain);
      return outputs[place];
    },
    nodes(op, inputs, attributes, count) {
      const outputs = Array.from({ length: count }, () => `value${names++}`);
      add(op, inputs, outputs, attributes, "");
      return outputs;
    },
    whole(values) {
      const name = `constant${names++}`;
      const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
      constants.push(createMessage().ints(1, [values.length]).int(2, 7).text(8, name).bytes(9, raw));
      return name;
    },
    constant,
    weight(values, shape, axis) {
      if (!int8 || values.length < LEAST_ROUNDED) return constant(values, shape);
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const place = (i: number): number => Math.floor(i / inner) % shape[axis];
      const scale = new Float32Array(shape[axis]);
      for (let i = 0; i < values.length; i++) scale[place(i)] = Math.max(scale[place(i)], Math.abs(values[i]) / 127);
      for (let o = 0; o < scale.length; o++) scale[o] ||= 1;
      const name = `constant${names++}`;
      const raw = new Uint8Array(Int8Array.from(values, (v, i) => Math.round(v / scale[place(i)])).buffer);
      constants.push(createMessage().ints(1, shape).int(2, INT8).text(8, name).bytes(9, raw));
      const out = `value${names++}`;
      add("DequantizeLinear", [name, constant(scale, [scale.length])], [out], { axis: { int: axis } }, "");
      return out;
    },
    finish(output, shape, metadata) {
      add("Identity", [output], [result], {}, "");
      const graph = createMessage();
      for (const node of nodes) graph.message(1, node);
      graph.text(2, "earshot");
      for (const constant of constants) graph.message(5, constant);
      graph.message(11, valueInfo(input, type, shape)).message(12, valueInfo(result, "float", [-1]));
      const model = createMessage().int(1, 8).text(2, "earshot").message(7, graph);
      for (const [domain, version] of domains) model.message(8, createMessage().text(1, domain).int(2, version));
      for (const [key, value] of Object.entries(metadata))
        model.message(14, createMessage().text(1, key).text(2, value));
      return model.finish();
    },
  };
}

function attribute(name: string, value: Attribute): MessageWriter {
  const out = createMessage().text(1, name);
  if ("int" in value) return out.int(3, value.int).int(20, 2);
  if ("float" in value) return out.float(2, value.float).int(20, 1);
  if ("text" in value) return out.text(4, value.text).int(20, 3);
  if ("floats" in value) return out.floats(7, value.floats).int(20, 6);
  if ("ints" in value) return out.ints(8, value.ints).int(20, 7);
  for (const text of value.texts) out.text(9, text);
  return out.int(20, 8);
}

/** ONNX' numbers of element types. */
const elementTypes = { float: 1, string: 8 } as const;

/** A tensor with any number of rows. */
function valueInfo(name: string, type: keyof typeof elementTypes, sample: readonly number[]): MessageWriter {
  const shape = createMessage().message(1, createMessage().text(2, "N"));
  for (const [i, length] of sample.entries()) {
    shape.message(1, length < 0 ? createMessage().text(2, `K${i}`) : createMessage().int(1, length));
  }
  return createMessage()
    .text(1, name)
    .message(2, createMessage().message(1, createMessage().int(1, elementTypes[type]).message(2, shape)));
}
