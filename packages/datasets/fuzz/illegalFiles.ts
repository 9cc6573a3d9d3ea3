import { ascii, chunk, extension, floats, fmt, joined, packed, riff } from "./zooParts.js";

/** A file that must be refused. */
export interface IllegalFile {
  name: string;
  bytes: Uint8Array;
}

const data = packed([1, 2, 3, 4, 5, 6, 7, 8], 2);
const good = riff([
  chunk("LIST", ascii("INFOabcd")),
  chunk("fmt ", fmt()),
  chunk("fact", packed([8], 4)),
  chunk("data", data),
  chunk("tail", new Uint8Array(6)),
]);
const withFmt = (fields: Parameters<typeof fmt>[0]): Uint8Array =>
  riff([chunk("fmt ", fmt(fields)), chunk("data", data)]);

/** More than 200 files that break the rules: each must give a named error, quickly and in little memory. */
export function illegalFiles(): IllegalFile[] {
  return [...cuts(), ...formats(), ...lyingSizes(), ...orders(), ...contents(), ...otherFiles(), ...adpcm()];
}

const name = (prefix: string, bytes: Uint8Array): IllegalFile => ({ name: prefix, bytes });

/** Cut at every byte of the header and at every boundary. */
function cuts(): IllegalFile[] {
  return Array.from({ length: good.length - 1 }, (_, length) => name(`cut-at-${length}`, good.subarray(0, length)));
}

function formats(): IllegalFile[] {
  const out = [
    name("no-channels", withFmt({ channels: 0, align: 2 })),
    name("channels-1025", withFmt({ channels: 1025 })),
    name("channels-65535", withFmt({ channels: 65535, align: 2 })),
    ...[0, 10000001, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map((rate) => name(`rate-${rate}`, withFmt({ rate }))),
    ...[1, 3, 4, 6, 65535].map((align) => name(`align-${align}`, withFmt({ align }))),
    name("align-0", withFmt({ align: 0 })),
    ...[33, 40, 48, 64, 255, 65535].map((bits) =>
      name(`pcm-bits-${bits}`, withFmt({ bits, align: Math.min(65535, Math.ceil(bits / 8)) })),
    ),
    name("pcm-bits-0", withFmt({ bits: 0, align: 2 })),
    ...[8, 16, 24, 80, 128].map((bits) => name(`float-bits-${bits}`, withFmt({ tag: 3, bits }))),
    ...[16, 13].map((bits) => name(`alaw-bits-${bits}`, withFmt({ tag: 6, bits }))),
    name("mulaw-bits-14", withFmt({ tag: 7, bits: 14 })),
    ...[0, 4, 5, 0x10, 0x31, 0x50, 0x55, 0x92, 0xff, 0x161, 0x2000, 0x674f, 0xf1ac, 0xffff].map((tag) =>
      name(`tag-${tag}`, withFmt({ tag })),
    ),
    name("extensible-unknown-guid", withFmt({ tag: 0xfffe, extra: extension(1, 16, { guidOk: false }) })),
    name("extensible-short", withFmt({ tag: 0xfffe, extra: extension(1, 16).subarray(0, 20) })),
    name("extensible-none", withFmt({ tag: 0xfffe })),
    name("extensible-more-valid-bits", withFmt({ tag: 0xfffe, extra: extension(1, 24) })),
    name("extensible-mp3", withFmt({ tag: 0xfffe, extra: extension(0x55, 16) })),
    name("extensible-in-extensible", withFmt({ tag: 0xfffe, extra: extension(0xfffe, 16) })),
    ...[0, 1, 2, 8, 14, 15].map((length) =>
      name(`fmt-of-${length}`, riff([chunk("fmt ", fmt().subarray(0, length)), chunk("data", data)])),
    ),
  ];
  return out;
}

function lyingSizes(): IllegalFile[] {
  const sizes = [17, 18, 100, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2];
  return [
    ...sizes.map((claimed) =>
      name(`data-claims-${claimed}`, riff([chunk("fmt ", fmt()), chunk("data", data, { claimed })])),
    ),
    ...sizes.map((claimed) =>
      name(
        `junk-claims-${claimed}`,
        riff([
          chunk("JUNK", new Uint8Array(4), { claimed: claimed + 100 > 2 ** 32 - 1 ? claimed : claimed + 100 }),
          chunk("fmt ", fmt()),
          chunk("data", data),
        ]),
      ),
    ),
    ...sizes.map((claimed) =>
      name(
        `fmt-claims-${claimed}`,
        riff([chunk("fmt ", fmt(), { claimed: Math.max(claimed, 64) }), chunk("data", data)]),
      ),
    ),
    ...[0, 1, 4, 11, 20, 30, 43].map((size) =>
      name(`riff-claims-${size}`, riff([chunk("fmt ", fmt()), chunk("data", data)], { size })),
    ),
    ...[100, 2 ** 20, 2 ** 31, 2 ** 32 - 2].map((size) =>
      name(`riff-claims-${size}`, riff([chunk("fmt ", fmt()), chunk("data", data)], { size })),
    ),
    ...[1, 3, 5, 15].map((length) =>
      name(`data-of-${length}-bytes`, riff([chunk("fmt ", fmt()), chunk("data", data.subarray(0, length))])),
    ),
    name("stereo-half-frame", riff([chunk("fmt ", fmt({ channels: 2 })), chunk("data", data.subarray(0, 6))])),
    name(
      "rf64-claims-too-much",
      riff(
        [
          chunk("ds64", packed([0, 0, 1 << 30, 0, 0, 0, 0], 4)),
          chunk("fmt ", fmt()),
          chunk("data", data, { claimed: 0xffffffff }),
        ],
        { id: "RF64", size: 0xffffffff },
      ),
    ),
    name(
      "rf64-short-ds64",
      riff([chunk("ds64", new Uint8Array(16)), chunk("fmt ", fmt()), chunk("data", data, { claimed: 0xffffffff })], {
        id: "RF64",
        size: 0xffffffff,
      }),
    ),
  ];
}

function orders(): IllegalFile[] {
  const f = chunk("fmt ", fmt());
  const d = chunk("data", data);
  return [
    name("no-chunks", riff([])),
    name("no-fmt", riff([chunk("LIST", new Uint8Array(4))])),
    name("no-data", riff([f])),
    name("only-junk", riff([chunk("JUNK", new Uint8Array(64))])),
    name("data-before-fmt", riff([d, f])),
    name("two-fmt", riff([f, f, d])),
    name("fmt-misspelt", riff([chunk("fmt\0", fmt()), d])),
    name("data-misspelt", riff([f, chunk("DATA", data)])),
    name("wavl", riff([f, chunk("LIST", joined(ascii("wavl"), d))])),
    name("fmt-inside-list", riff([chunk("LIST", joined(ascii("INFO"), f)), d])),
    name("data-inside-list", riff([f, chunk("LIST", joined(ascii("INFO"), d))])),
    name("nested-riff", riff([riff([f, d])])),
  ];
}

function contents(): IllegalFile[] {
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return bad.flatMap((value) =>
    ([32, 64] as const).flatMap((bits) =>
      [0, 3].map((at) => {
        const values = [0, 0.5, -0.5, 1];
        values[at] = value;
        return name(
          `float-${bits}-${value}-at-${at}`,
          riff([chunk("fmt ", fmt({ tag: 3, bits })), chunk("data", floats(values, bits))]),
        );
      }),
    ),
  );
}

function otherFiles(): IllegalFile[] {
  const heads: [string, string][] = [
    ["text", "This is not a recording, it only bears the name of one.\n"],
    ["html", "<!doctype html><title>404 Not Found</title>"],
    ["json", '{"error": "quota exceeded"}'],
    ["git-lfs-pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"],
    ["zeros", "\0".repeat(100)],
    ["ones", "\xff".repeat(100)],
    ["avi", "RIFF\x20\0\0\0AVI LIST"],
    ["webp", "RIFF\x20\0\0\0WEBPVP8 "],
    ["midi", "MThd\0\0\0\x06\0\x01"],
    ["flac", "fLaC\0\0\0\x22"],
    ["ogg", "OggS\0\x02\0\0\0\0\0\0\0\0"],
    ["mp3-tag", "ID3\x03\0\0\0\0\0\0"],
    ["mp4", "\0\0\0\x20ftypM4A \0\0\0\0"],
    ["aiff", "FORM\0\0\0\x10AIFFCOMM"],
    ["zip", "PK\x03\x04\x14\0\0\0"],
    ["gzip", "\x1f\x8b\x08\0\0\0\0\0"],
    ["png", "\x89PNG\r\n\x1a\n"],
    ["riff-lowercase", "riff\x24\0\0\0WAVEfmt "],
    ["riff-shifted", "\0RIFF\x24\0\0\0WAVEfmt "],
    ["wave-only", "WAVEfmt "],
  ];
  return [name("empty", new Uint8Array(0)), ...heads.map(([kind, text]) => name(`is-${kind}`, ascii(text)))];
}

function adpcm(): IllegalFile[] {
  const extra = (samples: number, pairs = 7): Uint8Array =>
    joined(packed([4 + 4 * pairs, samples, pairs], 2), packed(new Array(2 * pairs).fill(0), 2));
  const file = (fields: Parameters<typeof fmt>[0]): Uint8Array =>
    riff([chunk("fmt ", fmt({ bits: 4, ...fields })), chunk("data", new Uint8Array(64))]);
  return [
    name("ms-adpcm-no-extension", file({ tag: 2, align: 32 })),
    name("ms-adpcm-too-many-samples", file({ tag: 2, align: 32, extra: extra(1000) })),
    name("ms-adpcm-one-sample", file({ tag: 2, align: 32, extra: extra(1) })),
    name("ms-adpcm-tiny-block", file({ tag: 2, align: 3, extra: extra(2) })),
    name("ms-adpcm-no-pairs", file({ tag: 2, align: 32, extra: extra(52, 0) })),
    name("ms-adpcm-lying-pairs", file({ tag: 2, align: 32, extra: extra(52).subarray(0, 12) })),
    name("ms-adpcm-three-channels", file({ tag: 2, align: 96, channels: 3, extra: extra(52) })),
    name("ms-adpcm-16-bits", file({ tag: 2, align: 32, bits: 16, extra: extra(52) })),
    name("ima-adpcm-no-extension", file({ tag: 0x11, align: 32 })),
    name("ima-adpcm-too-many-samples", file({ tag: 0x11, align: 32, extra: packed([2, 5000], 2) })),
    name("ima-adpcm-align-0", file({ tag: 0x11, align: 0, extra: packed([2, 57], 2) })),
  ];
}
