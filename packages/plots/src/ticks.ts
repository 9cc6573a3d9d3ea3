/** A Vega expression that prints each tick's own label: for axes whose values are not what they are called. */
export const tickLabels = (ticks: readonly { at: number; label: string }[]): string =>
  `${ticks.map(({ at, label }) => `abs(datum.value - (${at})) < 1e-9 ? '${label}' : `).join("")}''`;
