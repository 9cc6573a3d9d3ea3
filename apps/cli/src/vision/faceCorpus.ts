import { orlFaces } from "@earshot/datasets/node";
import { createRandom } from "@earshot/models";
import { createImage, type Image, imageAugmenter } from "@earshot/vision";
import { UserError } from "../cli/errors.js";

/** Cut-out faces, and who each is. */
export interface FaceCorpus {
  title: string;
  faces: Image[];
  people: string[];
  ids: string[];
}

/** The faces of a folder or archive in the layout of ORL: a folder a person. */
export async function readFaces(root: string): Promise<FaceCorpus> {
  const corpus = await orlFaces({ root });
  const faces: Image[] = [];
  for (const item of corpus.items) {
    const { pixels, width, height } = await item.load();
    faces.push({ data: pixels, width, height, channels: 1 });
  }
  const people = corpus.items.map(({ label }) => label as string);
  if (new Set(people).size < 4) throw new UserError(`${root} has fewer than four people; name a folder of more.`);
  return { title: "ORL faces", faces, people, ids: corpus.items.map(({ id }) => id) };
}

/** Drawn faces, so that the recipe runs without data: heads, eyes, brows, noses and mouths of many shapes. */
export function drawFaces({ people, images }: { people: number; images: number }, seed: number): FaceCorpus {
  const change = imageAugmenter(
    { rotate: 6, scale: 0.06, shift: 0.03, brightness: 25, contrast: 0.2, noise: 8 },
    { seed },
  );
  const all = Array.from({ length: people * images }, (_, i) => {
    const person = Math.floor(i / images);
    return {
      face: change(drawPerson(createRandom(seed, person)), i),
      name: `person${person + 1}`,
      id: `person${person + 1}/${(i % images) + 1}`,
    };
  });
  return {
    title: "drawn faces",
    faces: all.map(({ face }) => face),
    people: all.map(({ name }) => name),
    ids: all.map(({ id }) => id),
  };
}

/** Size of ORL's pictures. */
const [WIDTH, HEIGHT] = [92, 112];

function drawPerson(random: ReturnType<typeof createRandom>): Image {
  const image = createImage(WIDTH, HEIGHT, 1, [60 + random.below(60)]);
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const ellipse = (cx: number, cy: number, rx: number, ry: number, gray: number): void => {
    for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(HEIGHT, cy + ry); y++) {
      for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(WIDTH, cx + rx); x++) {
        if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1) image.data[y * WIDTH + x] = gray;
      }
    }
  };
  const skin = between(130, 220);
  const hair = between(20, 120);
  const [wide, high] = [between(28, 40), between(38, 50)];
  ellipse(46, 52 - between(4, 10), wide + 3, high, hair);
  ellipse(46, 58, wide, high - 2, skin);
  const [apart, eyes] = [between(12, 18), between(44, 54)];
  for (const side of [-1, 1]) {
    ellipse(46 + side * apart, eyes - between(6, 9), between(6, 10), between(1, 3), hair);
    ellipse(46 + side * apart, eyes, between(4, 7), between(2, 4), 240);
    ellipse(46 + side * apart, eyes, 2.5, 2.5, between(10, 80));
  }
  ellipse(46, between(60, 68), between(2, 5), between(6, 10), skin - between(20, 50));
  ellipse(46, between(78, 88), between(8, 16), between(1.5, 4), between(50, 110));
  return image;
}
