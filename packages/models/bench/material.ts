import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createRandom, type Matrix, selectSamples } from "../src/index.js";
import { readCsv, tableToMatrix } from "../src/tabular/index.js";

export interface Labelled<X> {
  x: X;
  y: string[];
}

export interface Material {
  /** Reviews, if the corpus is there. */
  texts?: { train: Labelled<string[]>; held: Labelled<string[]> };
  /** Credit card customers, if the table is there. */
  table?: { train: Labelled<Matrix>; held: Labelled<Matrix> };
  /** Made-up feature vectors of ten classes. */
  vectors: { train: Labelled<Matrix>; held: Labelled<Matrix> };
}

/** Reads the corpora below `EARSHOT_DATA` as far as they are there. */
export function loadMaterial(folder = process.env.EARSHOT_DATA): Material {
  const reviews = folder && join(folder, "aclImdb.tar.gz");
  const customers = folder && join(folder, "credit", "UCI_Credit_Card.csv.gz");
  return {
    ...(reviews && existsSync(reviews) && { texts: readReviews(reviews) }),
    ...(customers && existsSync(customers) && { table: readCustomers(customers) }),
    vectors: makeVectors(),
  };
}

/** Writes everything where the peers find it. */
export function writeMaterial({ texts, table, vectors }: Material, folder: string): void {
  if (texts) {
    writeFileSync(join(folder, "texts.json"), JSON.stringify([texts.train.x, texts.train.y]));
    writeFileSync(join(folder, "held.json"), JSON.stringify([texts.held.x, texts.held.y]));
  }
  const write = (name: string, { x, y }: Labelled<Matrix>): void => {
    writeFileSync(join(folder, `${name}.f64`), new Uint8Array(Float64Array.from(x.data).buffer));
    const classes = [...new Set(y)].sort();
    writeFileSync(
      join(folder, `${name}.i32`),
      new Uint8Array(Int32Array.from(y, (label) => classes.indexOf(label)).buffer),
    );
  };
  if (table) {
    write("table", table.train);
    write("tableHeld", table.held);
  }
  write("vectors", vectors.train);
  write("vectorsHeld", vectors.held);
}

function readReviews(path: string): Material["texts"] {
  const parts: Record<string, Labelled<string[]>> = { train: { x: [], y: [] }, test: { x: [], y: [] } };
  const bytes = gunzipSync(readFileSync(path));
  const text = (from: number, length: number) => bytes.toString("latin1", from, from + length).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const [, part, label] = /aclImdb\/(train|test)\/(pos|neg)\/[^/]+\.txt$/.exec(text(at, 100)) ?? [];
    if (part) {
      parts[part].x.push(bytes.toString("utf8", at + 512, at + 512 + size));
      parts[part].y.push(label);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return { train: parts.train, held: parts.test };
}

function readCustomers(path: string): Material["table"] {
  const table = readCsv(gunzipSync(readFileSync(path)).toString("utf8"));
  const columns = table.columns.filter(({ name }) => name !== "ID");
  const target = columns.at(-1);
  const x = tableToMatrix({ columns: columns.slice(0, -1), rows: table.rows });
  const y = Array.from(target?.values ?? [], String);
  return cut(x, y, 0.8);
}

function makeVectors(): Material["vectors"] {
  const rng = createRandom(1);
  const cols = 140;
  const rows = 2000;
  const centers = Float64Array.from({ length: 10 * cols }, () => 0.45 * rng.normal());
  const data = Float64Array.from({ length: rows * cols }, (_, i) => {
    const label = Math.floor(i / cols) % 10;
    return centers[label * cols + (i % cols)] + rng.normal();
  });
  return cut(
    { data, rows, cols },
    Array.from({ length: rows }, (_, i) => `${i % 10}`),
    0.8,
  );
}

function cut(x: Matrix, y: string[], share: number) {
  const at = Math.round(x.rows * share);
  const part = (from: number, to: number): Labelled<Matrix> => {
    const index = Array.from({ length: to - from }, (_, i) => from + i);
    return { x: selectSamples(x, index), y: y.slice(from, to) };
  };
  return { train: part(0, at), held: part(at, x.rows) };
}
