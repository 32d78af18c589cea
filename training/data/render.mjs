// Renders pictures of the source packages to WebP, one after the other into one file, and says what was seen in each.
// usage: node render.mjs JOBS.json OUT.bin OUT.json   (JOBS: {size, jobs: [{key, svg} | {key, file} | {key, drawing}]})
// An `svg` is as its page is, a `drawing` as large as the square allows.
import { readFile, writeFile } from "node:fs/promises";
import { open } from "node:fs/promises";
import sharp from "sharp";
import { frame } from "./frame-drawing.mjs";

sharp.concurrency(2);

const [jobsPath, binPath, indexPath] = process.argv.slice(2);
const { size, jobs } = JSON.parse(await readFile(jobsPath, "utf8"));
const VISIBLE = 12; // alpha from which a pixel counts

/** Straight RGBA pixels of one job at size x size, and the same as WebP. */
async function render({ svg, file, drawing }) {
  const text = drawing === undefined ? svg : await frame(drawing, size);
  const image = sharp(text === undefined ? file : Buffer.from(text), { unlimited: true }).resize(size, size, {
    fit: "contain",
    background: { r: 0, g: 0, b: 0, alpha: 0 },
  });
  const pixels = await image.ensureAlpha().raw().toBuffer();
  const webp = await sharp(pixels, { raw: { width: size, height: size, channels: 4 } })
    .webp({ quality: 82, alphaQuality: 90, effort: 4 })
    .toBuffer();
  return { pixels, webp };
}

/** Share of visible pixels, share of those with a plain colour, and the box around them in 0..1. */
function look(pixels) {
  let [visible, colourful, x0, y0, x1, y1] = [0, 0, size, size, 0, 0];
  for (let i = 0; i < size * size; i++) {
    const [r, g, b, a] = pixels.subarray(4 * i, 4 * i + 4);
    if (a < VISIBLE) continue;
    visible++;
    if (Math.max(r, g, b) - Math.min(r, g, b) > 40) colourful++;
    const [x, y] = [i % size, Math.floor(i / size)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  }
  const share = (n) => Number((n / size).toFixed(4));
  return { visible: visible / (size * size), colourful: colourful / Math.max(1, visible), bbox: [x0, y0, x1, y1].map(share) };
}

const bin = await open(binPath, "w");
const index = {};
let offset = 0;
for (let i = 0; i < jobs.length; i += 8) {
  const batch = jobs.slice(i, i + 8);
  const done = await Promise.all(batch.map(render));
  for (const [k, { pixels, webp }] of done.entries()) {
    index[batch[k].key] = { offset, length: webp.length, ...look(pixels) };
    await bin.write(webp);
    offset += webp.length;
  }
}
await bin.close();
await writeFile(indexPath, JSON.stringify(index));
