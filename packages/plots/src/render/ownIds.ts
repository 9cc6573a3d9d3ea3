/**
 * Gives a figure's clips and gradients names of their own, made from its content: several figures in one page must not
 * draw with each other's, and the same figure must be the same text whatever was drawn before it.
 */
export function ownIds(svg: string): string {
  const numbers = new Map<string, number>();
  const numbered = svg.replace(/\b(id="|url\(#)((?:clip|gradient_)\d+)/g, (_, before: string, id: string) => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return `${before}@${known}`;
  });
  if (numbers.size === 0) return svg;
  const prefix = `f${hash(numbered).toString(36)}-`;
  return numbered.replace(/\b(id="|url\(#)@/g, (_, before: string) => `${before}${prefix}`);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
