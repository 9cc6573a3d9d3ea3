import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openStorage } from "@earshot/datasets/node";
import type { Box } from "@earshot/metrics";
import { UserError } from "../cli/errors.js";

/** A photo and the faces that people marked in it. */
export interface AnnotatedPhoto {
  name: string;
  path: string;
  boxes: Box[];
}

/**
 * Photos with boxes in dlib's XML (`<image file='…'><box top='…' left='…' width='…' height='…'/></image>`).
 *
 * @throws UserError if no XML there names photos that are there
 */
export async function annotatedPhotos(root: string): Promise<AnnotatedPhoto[]> {
  const storage = await openStorage(root, { names: /dlib.?faces|faces.?detect/i });
  const photos = new Map<string, AnnotatedPhoto>();
  for (const file of storage.files.filter((name) => name.endsWith(".xml"))) {
    const xml = await readFile(storage.path(file), "utf8");
    for (const element of xml.split(/<image(?=\s)/).slice(1)) {
      const [head] = element.split(">", 1);
      const name = /\sfile=["']([^"']+)["']/.exec(head)?.[1];
      const end = element.indexOf("</image>");
      if (name === undefined || end < 0) continue;
      const inside = element.slice(head.length + 1, end);
      const path = join(dirname(storage.path(file)), name);
      if (photos.has(path) || !existsSync(path)) continue;
      photos.set(path, {
        name,
        path,
        boxes: [...inside.matchAll(/<box\s([^<>]*)>/g)].map(([, facts]) => boxOf(facts)),
      });
    }
  }
  if (photos.size === 0) {
    throw new UserError(`${root} holds no photos with boxes in dlib's XML; name another folder with --data.`);
  }
  return [...photos.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function boxOf(facts: string): Box {
  const read = (name: string): number => Number(new RegExp(`\\b${name}=["'](-?[\\d.]+)["']`).exec(facts)?.[1]);
  const [x0, y0, width, height] = ["left", "top", "width", "height"].map(read);
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}
