import { ascii, chunk, extension, type FmtFields, floats, fmt, joined, packed, ramp, riff } from "./zooParts.js";

/** A file that must decode, with the samples it must give. */
export interface LegalFile {
  name: string;
  bytes: Uint8Array;
  sampleRate: number;
  /** One array a channel. */
  channels: number[][];
}

/** About 200 WAV files that keep the rules, in every way that the rules allow. */
export function legalFiles(): LegalFile[] {
  return [...codings(), ...rates(), ...extraChunks(), ...containers(), ...sizes(), ...floatValues()];
}

const deal = (values: readonly number[], channels: number): number[][] =>
  Array.from({ length: channels }, (_, c) => values.filter((_, i) => i % channels === c));

/** A file of integer PCM: its values divided by 2ⁿ⁻¹ are what must come out. */
function pcm(name: string, bits: number, channels: number, fields: FmtFields = {}, wrap = plain): LegalFile {
  const bytes = Math.ceil(bits / 8);
  const values = ramp(8 * channels, 8 * bytes);
  return {
    name,
    bytes: wrap(fmt({ bits, channels, ...fields }), packed(values, bytes)),
    sampleRate: fields.rate ?? 16000,
    channels: deal(
      values.map((v) => v / 2 ** (8 * bytes - 1)),
      channels,
    ),
  };
}

const plain = (format: Uint8Array, data: Uint8Array): Uint8Array => riff([chunk("fmt ", format), chunk("data", data)]);

function codings(): LegalFile[] {
  const out: LegalFile[] = [];
  for (const bits of [8, 16, 24, 32]) {
    for (const channels of [1, 2, 3, 6, 8]) {
      out.push(pcm(`pcm-${bits}-${channels}ch`, bits, channels));
      out.push(
        pcm(`extensible-${bits}-${channels}ch`, bits, channels, {
          tag: 0xfffe,
          extra: extension(1, bits, { mask: (1 << channels) - 1 }),
        }),
      );
    }
  }
  for (const bits of [1, 4, 10, 12, 14, 18, 20, 22, 28]) out.push(pcm(`pcm-${bits}-in-container`, bits, 1));
  for (const [valid, bits] of [
    [20, 24],
    [12, 16],
    [24, 32],
    [0, 16],
  ]) {
    out.push(pcm(`extensible-${valid}-of-${bits}`, bits, 1, { tag: 0xfffe, extra: extension(1, valid) }));
  }
  for (const [tag, name] of [
    [6, "alaw"],
    [7, "mulaw"],
  ] as const) {
    for (const channels of [1, 2]) {
      const codes = Uint8Array.from({ length: 16 * channels }, (_, i) => (i * 37) & 255);
      const values = [...codes].map((code) => (tag === 6 ? alaw(code) : mulaw(code)));
      out.push({
        name: `${name}-${channels}ch`,
        bytes: plain(fmt({ tag, bits: 8, channels, rate: 8000 }), codes),
        sampleRate: 8000,
        channels: deal(values, channels),
      });
      const extra = extension(tag, 8);
      out.push({
        name: `extensible-${name}-${channels}ch`,
        bytes: plain(fmt({ tag: 0xfffe, bits: 8, channels, rate: 8000, extra }), codes),
        sampleRate: 8000,
        channels: deal(values, channels),
      });
    }
  }
  return out;
}

function rates(): LegalFile[] {
  const list = [
    1, 100, 4000, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44056, 44100, 47952, 48000, 50000, 64000, 88200,
    96000, 176400, 192000, 352800, 384000, 768000, 5644800, 10000000,
  ];
  return list.flatMap((rate) => [
    pcm(`rate-${rate}`, 16, 1, { rate }),
    pcm(`rate-${rate}-lying-byte-rate`, 16, 1, { rate, byteRate: 1 }),
  ]);
}

function extraChunks(): LegalFile[] {
  const extras: [string, Uint8Array][] = [
    ["list-info", chunk("LIST", joined(ascii("INFO"), chunk("INAM", ascii("name\0")), chunk("ISFT", ascii("odd"))))],
    ["list-adtl", chunk("LIST", joined(ascii("adtl"), chunk("labl", ascii("\x01\0\0\0mark\0"))))],
    [
      "nested-lists",
      chunk("LIST", joined(ascii("aaaa"), chunk("LIST", joined(ascii("bbbb"), chunk("LIST", ascii("cccc")))))),
    ],
    ["odd-junk", chunk("JUNK", new Uint8Array(7))],
    ["empty-junk", chunk("JUNK", new Uint8Array(0))],
    ["long-junk", chunk("JUNK", new Uint8Array(5000))],
    ["bext", chunk("bext", new Uint8Array(602))],
    ["cue", chunk("cue ", new Uint8Array(28))],
    ["smpl", chunk("smpl", new Uint8Array(36))],
    ["id3", chunk("id3 ", ascii("ID3\x03\0\0\0\0\0\x05title"))],
    ["ixml", chunk("iXML", ascii("<BWFXML/>"))],
    ["fact", chunk("fact", packed([8], 4))],
    ["lying-fact", chunk("fact", packed([123456], 4))],
    ["short-fact", chunk("fact", new Uint8Array(2))],
    ["unprintable-id", chunk("\x00\x01\xff\x7f", new Uint8Array(3))],
    ["data-like", chunk("DATA", packed([1, 2], 2))],
    ["peak", chunk("PEAK", new Uint8Array(16))],
    ["five-chunks", joined(...["a", "b", "c", "d", "e"].map((c, i) => chunk(c.repeat(4), new Uint8Array(i))))],
  ];
  return extras.flatMap(([name, extra]) => [
    pcm(`before-fmt-${name}`, 16, 1, {}, (f, d) => riff([extra, chunk("fmt ", f), chunk("data", d)])),
    pcm(`before-data-${name}`, 16, 1, {}, (f, d) => riff([chunk("fmt ", f), extra, chunk("data", d)])),
    pcm(`after-data-${name}`, 16, 1, {}, (f, d) => riff([chunk("fmt ", f), chunk("data", d), extra])),
  ]);
}

function containers(): LegalFile[] {
  const unknown = 0xffffffff;
  const ds64 = (data: number): Uint8Array => {
    const out = new Uint8Array(28);
    new DataView(out.buffer).setBigUint64(8, BigInt(data), true);
    return chunk("ds64", out);
  };
  const rf64 = (id: string) => (f: Uint8Array, d: Uint8Array) =>
    riff([ds64(d.length), chunk("fmt ", f), chunk("data", d, { claimed: unknown })], { id, size: unknown });
  return [
    pcm("rf64", 16, 1, {}, rf64("RF64")),
    pcm("rf64-stereo-24", 24, 2, {}, rf64("RF64")),
    pcm("bw64", 16, 1, {}, rf64("BW64")),
    pcm("rf64-with-plain-sizes", 16, 1, {}, (f, d) =>
      riff([ds64(d.length), chunk("fmt ", f), chunk("data", d)], { id: "RF64" }),
    ),
    pcm("pipe-both-unknown", 16, 1, {}, (f, d) =>
      riff([chunk("fmt ", f), chunk("data", d, { claimed: unknown })], { size: unknown }),
    ),
    pcm("pipe-data-unknown", 16, 1, {}, (f, d) => riff([chunk("fmt ", f), chunk("data", d, { claimed: unknown })])),
    pcm("pipe-riff-unknown", 16, 1, {}, (f, d) => riff([chunk("fmt ", f), chunk("data", d)], { size: unknown })),
    pcm("bytes-after-riff", 16, 1, {}, (f, d) => joined(plain(f, d), ascii("ID3 and more junk"))),
    pcm("fmt-18", 16, 1, { extra: new Uint8Array(2) }),
    pcm("fmt-with-junk", 16, 1, { extra: new Uint8Array(100) }),
    pcm("odd-fmt", 16, 1, { extra: new Uint8Array(3) }),
    pcm("pad-byte-forgotten", 8, 3, {}, (f, d) =>
      riff([chunk("fmt ", f), chunk("data", d.subarray(0, 21), { pad: false })]),
    ),
  ].map((file) =>
    file.name === "pad-byte-forgotten" ? { ...file, channels: file.channels.map((c) => c.slice(0, 7)) } : file,
  );
}

function sizes(): LegalFile[] {
  const out: LegalFile[] = [];
  for (const frames of [0, 1, 2, 3, 5, 1000]) {
    for (const channels of [1, 2, 5]) {
      const values = ramp(frames * channels, 16);
      out.push({
        name: `frames-${frames}-${channels}ch`,
        bytes: plain(fmt({ channels }), packed(values, 2)),
        sampleRate: 16000,
        channels: deal(
          values.map((v) => v / 32768),
          channels,
        ),
      });
    }
  }
  const many = ramp(2 * 64, 16);
  out.push({
    name: "channels-64",
    bytes: plain(fmt({ channels: 64 }), packed(many, 2)),
    sampleRate: 16000,
    channels: deal(
      many.map((v) => v / 32768),
      64,
    ),
  });
  const most = ramp(1024, 16);
  out.push({
    name: "channels-1024",
    bytes: plain(fmt({ channels: 1024 }), packed(most, 2)),
    sampleRate: 16000,
    channels: deal(
      most.map((v) => v / 32768),
      1024,
    ),
  });
  return out;
}

function floatValues(): LegalFile[] {
  const values = [0, -0, 1, -1, 0.5, 2 ** -126, 2 ** -149, 1.5, -7, 1e30].map(Math.fround);
  return ([32, 64] as const).flatMap((bits) =>
    [1, 2].flatMap((channels) => [
      {
        name: `float-${bits}-${channels}ch`,
        bytes: plain(fmt({ tag: 3, bits, channels }), floats(values, bits)),
        sampleRate: 16000,
        channels: deal(values, channels),
      },
      {
        name: `extensible-float-${bits}-${channels}ch`,
        bytes: plain(fmt({ tag: 0xfffe, bits, channels, extra: extension(3, bits) }), floats(values, bits)),
        sampleRate: 16000,
        channels: deal(values, channels),
      },
    ]),
  );
}

/** G.711 by its own definition, code by code, apart from the decoder's tables. */
function alaw(code: number): number {
  const c = code ^ 0x55;
  const exponent = (c >> 4) & 7;
  const mantissa = c & 15;
  const magnitude = exponent === 0 ? 16 * mantissa + 8 : (16 * mantissa + 264) * 2 ** (exponent - 1);
  return (c & 0x80 ? magnitude : -magnitude) / 32768;
}

function mulaw(code: number): number {
  const c = 255 - code;
  const magnitude = ((c & 15) * 8 + 132) * 2 ** ((c >> 4) & 7) - 132;
  return (c & 0x80 ? -magnitude : magnitude) / 32768 + 0;
}
