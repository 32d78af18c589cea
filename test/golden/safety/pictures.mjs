// Twenty fixed pictures, in whole numbers only, so that every machine makes the same bytes.

/** A linear congruential generator: draws 0 to 255. */
function noise(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
}

function draw(name, widthPx, heightPx, color) {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0, at = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++, at += 3) data.set(color(x, y), at);
  return { name, widthPx, heightPx, channels: 3, data };
}

const inEllipse = (x, y, cx, cy, rx, ry) => (x - cx) ** 2 * ry * ry + (y - cy) ** 2 * rx * rx < rx * rx * ry * ry;

/** Overlapping warm ellipses, shaded; the seeds below are those that the classifier finds least neutral of a few hundred. */
function blobs(seed) {
  const random = noise(seed);
  for (let skip = 0; skip < 8; skip++) random();
  const back = [random(), random(), random()];
  const ellipses = Array.from({ length: 2 + (random() % 5) }, () => ({
    cx: random(), cy: random(), rx: 10 + (random() % 90), ry: 10 + (random() % 90), color: [180 + (random() % 75), 120 + (random() % 90), 90 + (random() % 90)],
  }));
  return draw(`blobs-${seed}`, 256, 256, (x, y) => {
    const ellipse = ellipses.findLast(({ cx, cy, rx, ry }) => inEllipse(x, y, cx, cy, rx, ry));
    if (!ellipse) return back;
    const { cx, cy, rx, ry, color } = ellipse;
    const shade = Math.floor((100 * ((x - cx) ** 2 * ry * ry + (y - cy) ** 2 * rx * rx)) / (rx * rx * ry * ry));
    return color.map((value) => Math.floor((value * (250 - shade)) / 250));
  });
}

/** The pictures, each as RawPicture with a name. */
export function pictures() {
  const random = noise(7);
  return [
    draw("white", 224, 224, () => [255, 255, 255]),
    draw("black", 64, 64, () => [0, 0, 0]),
    draw("tan", 300, 300, () => [210, 180, 140]),
    draw("one-pixel", 1, 1, () => [200, 150, 120]),
    draw("wide", 640, 40, (x, y) => [x % 256, y * 6, 128]),
    draw("tall", 40, 640, (x, y) => [y % 256, x * 6, 90]),
    draw("gradient", 512, 512, (x, y) => [x >> 1, y >> 1, (x + y) >> 2]),
    draw("noise", 224, 224, () => [random(), random(), random()]),
    draw("sunset", 384, 256, (x, y) => (y < 150 ? [255 - (y >> 1), 160 - y, 60 + (y >> 1)] : [30 + (x & 15), 60, 80 + ((y * 3) & 31)])),
    draw("face", 256, 320, (x, y) => {
      if (inEllipse(x, y, 100, 140, 12, 8) || inEllipse(x, y, 156, 140, 12, 8)) return [40, 30, 30];
      if (inEllipse(x, y, 128, 210, 30, 10)) return [190, 80, 80];
      return inEllipse(x, y, 128, 160, 80, 110) ? [224, 172, 140] : [90, 110, 130];
    }),
    draw("ellipses", 333, 222, (x, y) =>
      inEllipse(x, y, 110, 110, 70, 90) || inEllipse(x, y, 220, 110, 70, 90) ? [230 - (x >> 3), 180 - (y >> 3), 150] : [60, 20, 40],
    ),
    ...[5068161, 3745688, 1251203, 182138, 4490074, 5107756].map(blobs),
    draw("icon", 32, 32, (x, y) => (inEllipse(x, y, 16, 16, 12, 12) ? [250, 200, 30] : [255, 255, 255])),
    draw("plaid", 777, 555, (x, y) => [(x * 5) % 256, (y * 7) % 256, (x * y) % 256]),
    draw("page", 240, 320, (x, y) => (y % 20 < 8 && x > 20 && x < 220 && (x * 31 + (y - (y % 20)) * 17) % 11 > 2 ? [30, 30, 30] : [250, 248, 240])),
  ];
}
