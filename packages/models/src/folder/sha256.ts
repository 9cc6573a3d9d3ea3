/** SHA-256 as lower-case hex. Its own code, because WebCrypto is missing on pages that are not served over HTTPS. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  const digest = subtle
    ? new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>))
    : sha256Plain(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Source: FIPS 180-4. */
export function sha256Plain(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  tables ??= makeTables();
  const { constants, initial } = tables;
  const hash = initial.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < length; block += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getUint32(block + 4 * t);
    for (let t = 16; t < 64; t++) {
      const a = w[t - 15];
      const b = w[t - 2];
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    compress(hash, w, constants);
  }
  const out = new Uint8Array(32);
  const outView = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) outView.setUint32(4 * i, hash[i]);
  return out;
}

function compress(hash: Uint32Array, w: Uint32Array, constants: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < 64; t++) {
    const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + w[t]) | 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  for (const [i, v] of [a, b, c, d, e, f, g, h].entries()) hash[i] += v;
}

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

let tables: { constants: Uint32Array; initial: Uint32Array } | undefined;

/** Fractional parts of the cube and square roots of the first primes. */
function makeTables(): { constants: Uint32Array; initial: Uint32Array } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  // Newton's step in whole numbers: doubles lack the last bits of a 32-bit fraction.
  const root = (prime: number, power: 2n | 3n): number => {
    const scaled = BigInt(prime) << (32n * power);
    let r = 1n << 40n;
    for (;;) {
      const next = ((power - 1n) * r + scaled / r ** (power - 1n)) / power;
      if (next >= r) return Number(r & 0xffffffffn);
      r = next;
    }
  };
  return {
    constants: Uint32Array.from(primes, (p) => root(p, 3n)),
    initial: Uint32Array.from(primes.slice(0, 8), (p) => root(p, 2n)),
  };
}
