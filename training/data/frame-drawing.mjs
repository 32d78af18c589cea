// Finds the drawing in an SVG file, wherever on or off its page it lies: old drawings have no viewBox, or one that cuts them.
import sharp from "sharp";

const LOOK = 540; // side in pixels of the picture in which the drawing is looked for: the page is a third of it
const ROOT = /<((?:[\w-]+:)?svg)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/;
const UNITS = { "": 1, px: 1, pt: 1.25, pc: 15, mm: 3.543307, cm: 35.43307, in: 90 };
const VISIBLE = 12; // alpha from which a pixel counts

/** A number of pixels, or undefined for percentages and nonsense. */
function pixels(text) {
  const [, number, unit] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(text ?? "") ?? [];
  const value = Number(number) * (UNITS[unit?.toLowerCase()] ?? NaN);
  return value > 0 ? value : undefined;
}

const attribute = (tag, name) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];

/** left, top, width, height of the page in the drawing's own units. */
function pageOf(tag) {
  const view = attribute(tag, "viewBox")?.trim().split(/[\s,]+/).map(Number);
  if (view?.length === 4 && view.every(Number.isFinite) && view[2] > 0 && view[3] > 0) return view;
  return [0, 0, pixels(attribute(tag, "width")) ?? 744, pixels(attribute(tag, "height")) ?? 1052];
}

/** The same drawing, seen through another window. */
function through(svg, [left, top, width, height], side) {
  return svg.replace(ROOT, (_, name, tag) => {
    const bare = tag.replace(/\s(width|height|viewBox|x|y|preserveAspectRatio|overflow)\s*=\s*("[^"]*"|'[^']*')/g, "");
    const closed = /\/\s*$/.test(bare);
    return `<${name}${bare.replace(/\/\s*$/, "")} width="${side}" height="${side}" viewBox="${left} ${top} ${width} ${height}"${closed ? "/" : ""}>`;
  });
}

/** The box of what is visible in straight RGBA pixels: left, top, right, bottom; undefined where nothing is. */
function visibleBox({ data, info: { width, height } }) {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[4 * (y * width + x) + 3] < VISIBLE) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
  }
  return x1 === 0 ? undefined : [x0, y0, x1, y1];
}

const draw = (svg) => sharp(Buffer.from(svg), { unlimited: true }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

/** The drawing alone, in a square a little wider than it. Throws an Error where nothing is drawn on the page or beside it. */
export async function frame(svg, side) {
  const root = ROOT.exec(svg);
  if (!root) throw new Error("no <svg>");
  const [left, top, width, height] = pageOf(root[2]);
  const long = Math.max(width, height);
  const [midX, midY] = [left + width / 2, top + height / 2];
  let window = [midX - 1.5 * long, midY - 1.5 * long, 3 * long];
  for (let look = 0; look < 2; look++) {
    const box = visibleBox(await draw(through(svg, [window[0], window[1], window[2], window[2]], LOOK)));
    if (!box) throw new Error("nothing is drawn");
    const unit = window[2] / LOOK;
    const [x0, y0, x1, y1] = box.map((at, i) => window[i % 2] + at * unit);
    const longer = Math.max(x1 - x0, y1 - y0) + 2 * unit;
    const seen = longer * (look === 0 ? 1.1 : 1.03);
    window = [(x0 + x1) / 2 - seen / 2, (y0 + y1) / 2 - seen / 2, seen];
  }
  return through(svg, [window[0], window[1], window[2], window[2]], side);
}
