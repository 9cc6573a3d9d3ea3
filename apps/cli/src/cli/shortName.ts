/** A name that fits its place: columns and folders can have names as long as a page. */
export const shortName = (name: string, most = 80): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;

/** Names that fit the axes of a figure, and still differ where they differed. */
export function axisNames(names: readonly string[], most = 32): string[] {
  const cut = names.map((name) => shortName(name, most));
  return cut.map((name, i) => (cut.indexOf(name) === i ? name : `${name.slice(0, most - 5)}… ${i + 1}`));
}
