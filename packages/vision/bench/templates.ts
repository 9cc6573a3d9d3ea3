/** How many of 200 made scenes are found within 2 pixels, and how long each takes. */
import { loadOpenCv } from "../src/index.js";
import { findTemplate, makeScene } from "../src/templates/index.js";

await loadOpenCv();
const scenes = Number(process.argv[2] ?? 200);
let found = 0;
let cpuMs = 0;
const offs: number[] = [];
for (let seed = 1; seed <= scenes; seed++) {
  const { scene, template, center, scale, angle } = makeScene({ seed });
  const before = process.cpuUsage();
  const [match] = findTemplate(scene, template, { scales: [0.8, 1.25], angles: [-15, 15], threshold: 0.3 });
  const { user, system } = process.cpuUsage(before);
  cpuMs += (user + system) / 1000;
  const off = match ? Math.hypot(match.center.x - center.x, match.center.y - center.y) : Infinity;
  offs.push(off);
  if (off <= 2) found++;
  else
    console.log(
      `scene ${seed}: off by ${off.toFixed(1)}, true scale ${scale.toFixed(2)}, angle ${angle.toFixed(1)}, score ${match?.score.toFixed(2)}`,
    );
}
offs.sort((a, b) => a - b);
console.log(
  `found ${found} of ${scenes} within 2 pixels; median off ${offs[scenes >> 1].toFixed(3)} px; ${(cpuMs / scenes).toFixed(1)} ms of CPU a scene`,
);
