/** Advance widths of printable ASCII in Inter Regular, in thousandths of the font size: close for any grotesque. */
const ASCII = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
  566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
  753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
  583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
  333, 426, 662,
];
const FIRST = 32;

/** Width in pixels that `text` will take, about: exact for ASCII in Inter, estimated for other scripts. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    // East Asian characters are square; the rest of Unicode is about as wide as a lower-case letter on average.
    thousandths += ASCII[code - FIRST] ?? (code >= 0x2e80 ? 1000 : 600);
  }
  return (thousandths * fontSize * (bold ? 1.06 : 1)) / 1000;
}
