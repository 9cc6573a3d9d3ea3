/** viridis (van der Walt & Smith 2015): even steps to the eye, rising in grey, safe for colour-blind readers. */
export const viridis: readonly string[] = [
  "#440154",
  "#48196b",
  "#472d7b",
  "#424086",
  "#3b528b",
  "#34638d",
  "#2c728e",
  "#27828e",
  "#21918d",
  "#1f9f88",
  "#28ae80",
  "#3ebc74",
  "#5dc963",
  "#82d34c",
  "#abdc32",
  "#d5e21b",
  "#fde725",
];

/** magma, of the same authors: black to pale yellow, usual for spectrograms. */
export const magma: readonly string[] = [
  "#000004",
  "#0a0822",
  "#1d1046",
  "#35106a",
  "#51137c",
  "#6a1c80",
  "#822582",
  "#9c2f80",
  "#b6377a",
  "#cf4170",
  "#e65164",
  "#f5695c",
  "#fb8762",
  "#fea571",
  "#fec387",
  "#fde0a2",
  "#fcfdbf",
];

/** 256 colours as RGB triples, linear between the anchors. */
export function colorTable(anchors: readonly string[]): Uint8Array {
  const rgb = anchors.map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (rgb.length - 1);
    const below = Math.min(Math.floor(at), rgb.length - 2);
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = Math.round(rgb[below][c] + (at - below) * (rgb[below + 1][c] - rgb[below][c]));
    }
  }
  return table;
}
