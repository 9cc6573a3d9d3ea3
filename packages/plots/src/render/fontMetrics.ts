/** Advance widths of a TrueType font: what layout needs to know about a text without drawing it. */
export interface FontMetrics {
  /** Width of `text` in units of the font size; characters the font lacks count as one wide letter. */
  width(text: string): number;
}

/** Reads `head`, `hhea`, `hmtx` and the Unicode part (format 4) of `cmap`. */
export function readFontMetrics(bytes: Uint8Array): FontMetrics {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    tables.set(String.fromCharCode(...bytes.subarray(at, at + 4)), view.getUint32(at + 8));
  }
  const table = (name: string): number => {
    const at = tables.get(name);
    if (at === undefined) throw new RangeError(`readFontMetrics: the font has no ${name} table.`);
    return at;
  };
  const unitsPerEm = view.getUint16(table("head") + 18);
  const longMetrics = view.getUint16(table("hhea") + 34);
  const advances = table("hmtx");
  const glyphOf = glyphLookup(view, table("cmap"));
  const advance = (codePoint: number): number => {
    const glyph = glyphOf(codePoint);
    if (glyph === 0) return codePoint >= 0x2e80 ? 1 : 0.65;
    return view.getUint16(advances + 4 * Math.min(glyph, longMetrics - 1)) / unitsPerEm;
  };
  const known = new Map<number, number>();
  return {
    width(text) {
      let sum = 0;
      for (const character of text) {
        const code = character.codePointAt(0) as number;
        let width = known.get(code);
        if (width === undefined) {
          width = advance(code);
          known.set(code, width);
        }
        sum += width;
      }
      return sum;
    },
  };
}

/** Glyph of a code point by the segments of a format 4 subtable; 0 where there is none. */
function glyphLookup(view: DataView, cmap: number): (codePoint: number) => number {
  let subtable = -1;
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i);
    if (view.getUint16(at) === 4) subtable = at;
  }
  if (subtable < 0) throw new RangeError("readFontMetrics: the font has no format 4 character map.");
  const segments = view.getUint16(subtable + 6) / 2;
  const ends = subtable + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  return (codePoint) => {
    for (let s = 0; s < segments; s++) {
      if (codePoint > view.getUint16(ends + 2 * s)) continue;
      const start = view.getUint16(starts + 2 * s);
      if (codePoint < start) return 0;
      const delta = view.getInt16(deltas + 2 * s);
      const offset = view.getUint16(offsets + 2 * s);
      if (offset === 0) return (codePoint + delta) & 0xffff;
      const glyph = view.getUint16(offsets + 2 * s + offset + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
