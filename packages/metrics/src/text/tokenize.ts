/** How text becomes tokens: by name, or your own function. */
export type Tokenizer = "13a" | "words" | "none" | ((text: string) => string[]);

export const tokenizerNames = ["13a", "words", "none"] as const;

/**
 * Text as tokens.
 *
 * - "13a": the rules of mteval-v13a, which WMT and sacrebleu use: punctuation parted from words, numbers kept whole.
 * - "words": lower case, letters, digits and apostrophes alone: captions and speech.
 * - "none": parted at white space.
 */
export function tokenize(text: string, tokenizer: Tokenizer): string[] {
  if (typeof tokenizer === "function") return tokenizer(text);
  if (tokenizer === "13a") return mteval13a(text);
  if (tokenizer === "words") return text.toLowerCase().match(/[\p{L}\p{N}\p{M}']+/gu) ?? [];
  return text.split(/\s+/).filter(Boolean);
}

function mteval13a(text: string): string[] {
  const plain = text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replace(/([^0-9])([.,])/g, "$1 $2 ")
    .replace(/([.,])([^0-9])/g, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ")
    .split(/\s+/)
    .filter(Boolean);
}
