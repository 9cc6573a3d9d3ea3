/** Every file that is made from others, as it must be. */
export function madePages(): Record<"docs/performance.md" | "docs/agreement.md" | "README.md", string>;
