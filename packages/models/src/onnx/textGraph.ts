import { readState } from "../core/state.js";
import type { ModelState } from "../core/types.js";
import type { GraphBuilder } from "./graph.js";

/** The domain of onnxruntime's own operators; its tokeniser is one. */
const contributed = "com.microsoft";

/**
 * The rules by which onnxruntime brings letters to lower case: those that every Linux has, the smallest image included. Without a name it
 * wants en_US.UTF-8, which images for serving lack.
 */
const locale = "C.UTF-8";

/** What tokens look like to the tokeniser: the rules of `tokenise`. */
const patterns = {
  words: "[\\p{L}\\p{N}_]{2,}",
  expressive: "[\\p{L}\\p{N}_]+(?:['’][\\p{L}\\p{N}_]+)*|[!?]",
} as const;

interface TextOptions {
  analyzer: string;
  tokens: keyof typeof patterns;
  ngramRange: [number, number];
  lowercase: boolean;
  stripAccents: boolean;
  stripHtml: boolean;
  stopWords: unknown;
  binary: boolean;
  sublinearTf?: boolean;
  norm?: "l2" | "l1" | "none";
}

/** Kinds that eat texts. */
export const isVectorizer = (kind: string): boolean => /^(count|tfidf|hashing)Vectorizer$/.test(kind);

/**
 * Counts, or weighs, the n-grams of texts (N strings): N × vocabulary, dense, so best asked for few texts at a time.
 *
 * @throws TypeError naming a setting that has no counterpart: n-grams of characters, stripped HTML or accents, stop words within n-grams
 */
export function addVectorizer(
  graph: GraphBuilder,
  input: string,
  state: ModelState,
): { output: string; shape: number[] } {
  const read = readState(state);
  const options = read.options() as unknown as TextOptions;
  requireGraph(state.kind, options);
  const vocabulary: string[] = JSON.parse(new TextDecoder().decode(read.tensor("vocabulary").data as Uint8Array));
  const cols = vocabulary.length;
  const texts = options.lowercase
    ? graph.node("StringNormalizer", [input], {
        case_change_action: { text: "LOWER" },
        locale: { text: locale },
      })
    : input;
  const tokens = graph.node(
    "Tokenizer",
    [texts],
    {
      mark: { int: 0 },
      mincharnum: { int: 1 },
      pad_value: { text: "" },
      tokenexp: { text: patterns[options.tokens] },
    },
    contributed,
  );
  let value = graph.node("TfIdfVectorizer", [tokens], ngramPool(vocabulary, options.ngramRange));
  const one = graph.constant([1], []);
  const present = (): string => graph.node("Min", [value, one]);
  if (options.binary) value = present();
  // 1 + ln(count), and 0 where there is none.
  if (options.sublinearTf) {
    value = graph.node("Add", [graph.node("Log", [graph.node("Max", [value, one])]), present()]);
  }
  if (read.has("idf")) value = graph.node("Mul", [value, graph.constant(read.float64("idf", [cols]), [1, cols])]);
  if (options.norm === "l2" || options.norm === "l1") {
    const length = graph.node(`Reduce${options.norm.toUpperCase()}`, [value], {
      axes: { ints: [1] },
      keepdims: { int: 1 },
    });
    value = graph.node("Div", [value, graph.node("Max", [length, graph.constant([1e-30], [])])]);
  }
  return { output: value, shape: [] };
}

/** Each column times its ratio. */
export function addColumnWeights(graph: GraphBuilder, input: string, state: ModelState) {
  const ratios = readState(state).float64("ratios", [-1]);
  return { output: graph.node("Mul", [input, graph.constant(ratios, [1, ratios.length])]), shape: [ratios.length] };
}

function requireGraph(kind: string, { analyzer, stripAccents, stripHtml, stopWords, ngramRange }: TextOptions): void {
  const skips = Array.isArray(stopWords) ? stopWords.length > 0 : stopWords === "english";
  const reason =
    (kind === "hashingVectorizer" && "hashed columns") ||
    (analyzer !== "word" && "n-grams of characters") ||
    (stripHtml && "stripping HTML (strip it before, and train without stripHtml)") ||
    (stripAccents && "stripping accents") ||
    (skips && ngramRange[1] > 1 && "stop words within n-grams");
  if (reason) throw new TypeError(`exportOnnx: ${reason} cannot be in the graph.`);
}

/** The vocabulary as ONNX lists it: all n-grams of one length together, word by word. */
function ngramPool(vocabulary: readonly string[], [least, most]: [number, number]) {
  const bySize: number[][] = Array.from({ length: most }, () => []);
  const words = vocabulary.map((ngram) => ngram.split(" "));
  for (const [column, list] of words.entries()) bySize[list.length - 1].push(column);
  const starts: number[] = [];
  let at = 0;
  for (const [n, columns] of bySize.entries()) {
    starts.push(at);
    at += (n + 1) * columns.length;
  }
  const order = bySize.flat();
  return {
    mode: { text: "TF" },
    min_gram_length: { int: least },
    max_gram_length: { int: most },
    max_skip_count: { int: 0 },
    ngram_counts: { ints: starts },
    ngram_indexes: { ints: order },
    pool_strings: { texts: order.flatMap((column) => words[column]) },
  };
}
