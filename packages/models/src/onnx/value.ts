import type { GraphBuilder } from "./graph.js";

/** What flows between two layers of a graph. */
export interface Value {
  name: string;
  /** Of one sample, channels last, as the layers say it. */
  shape: readonly number[];
  /** Height, width and channels where the graph holds it as an image, channels first: N × channels × height × width. */
  image?: readonly [number, number, number];
}

/** Channels last, with the axes of its shape. */
export function plain(graph: GraphBuilder, value: Value): Value {
  const { name, shape, image } = value;
  if (!image) return value;
  const [h, w, c] = image;
  // One pixel or one channel lie alike either way.
  const alike = h * w === 1 || c === 1;
  const last = alike ? name : graph.node("Transpose", [name], { perm: { ints: [0, 2, 3, 1] } });
  if (!alike && shape.join() === image.join()) return { name: last, shape };
  return { name: reshaped(graph, last, shape), shape };
}

/** Channels first, with the given height, width and channels. */
export function asImage(graph: GraphBuilder, value: Value, image: readonly [number, number, number]): string {
  if (value.image?.join() === image.join()) return value.name;
  const { name, shape } = plain(graph, value);
  const [h, w, c] = image;
  if (c === 1 || h * w === 1) return reshaped(graph, name, [c, h, w]);
  const last = shape.join() === image.join() ? name : reshaped(graph, name, image);
  return graph.node("Transpose", [last], { perm: { ints: [0, 3, 1, 2] } });
}

/** Two values of one shape, held the same way. */
export function aligned(graph: GraphBuilder, a: Value, b: Value): [Value, Value] {
  if (a.image?.join() === b.image?.join()) return [a, b];
  return [plain(graph, a), plain(graph, b)];
}

/** Any number of samples of a shape. */
export const reshaped = (graph: GraphBuilder, name: string, shape: readonly number[]): string =>
  graph.node("Reshape", [name, graph.whole([-1, ...shape])]);
