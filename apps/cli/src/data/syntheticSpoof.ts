import { type Corpus, spoofClip, spoofMethodNames } from "@earshot/datasets";

/** Every second clip sent through one of our own spoofing methods, in turn; attributes `key` and `system` tell which. */
export function withSpoof(corpus: Corpus, seed: number): Corpus {
  const items = corpus.items.map((item, i) => {
    if (i % 2 === 0) return { ...item, attributes: { ...item.attributes, key: "bonafide", system: "bonafide" } };
    const method = spoofMethodNames[((i - 1) / 2) % spoofMethodNames.length];
    return {
      ...item,
      attributes: { ...item.attributes, key: "spoof", system: method },
      load: async () => spoofClip(await item.load(), { method, seed: seed * 1_000_003 + i }).clip,
    };
  });
  return { ...corpus, title: `${corpus.title}, half of them spoofed`, items };
}
