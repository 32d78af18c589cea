import type { RawPicture } from "../../core/generator.ts";

/** Colours with an index for every pixel; -1 = transparent. */
export interface IndexedPicture {
  readonly colours: readonly (readonly [number, number, number])[];
  readonly indices: Int16Array;
}

interface Bucket {
  readonly key: number;
  count: number;
  readonly sums: [number, number, number];
}

const OPAQUE_FROM = 128;

/** At most `limit` colours by median cut (Heckbert 1982) over colours of 5 bits a channel. */
export function toPalette(picture: RawPicture, limit: number): IndexedPicture {
  const { data, channels } = picture;
  const pixels = picture.widthPx * picture.heightPx;
  const keys = new Int32Array(pixels).fill(-1);
  const buckets = new Map<number, Bucket>();
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels;
    if (channels === 4 && data[at + 3]! < OPAQUE_FROM) continue;
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    const key = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
    const bucket = buckets.get(key) ?? { key, count: 0, sums: [0, 0, 0] };
    bucket.count++;
    bucket.sums[0] += red;
    bucket.sums[1] += green;
    bucket.sums[2] += blue;
    buckets.set(key, bucket);
    keys[pixel] = key;
  }

  const boxes = cut([...buckets.values()], limit);
  const indexOf = new Map(boxes.flatMap((box, index) => box.map(({ key }) => [key, index] as const)));
  return { colours: boxes.map(mean), indices: Int16Array.from(keys, (key) => (key < 0 ? -1 : indexOf.get(key)!)) };
}

function cut(buckets: Bucket[], limit: number): Bucket[][] {
  if (buckets.length === 0) return [];
  const boxes = [{ buckets, ...widest(buckets) }];
  while (boxes.length < limit) {
    const best = boxes.reduce((a, b) => (b.weight > a.weight ? b : a));
    if (best.weight === 0) break;
    const [low, high] = halves(best.buckets, best.channel);
    boxes.splice(boxes.indexOf(best), 1, { buckets: low, ...widest(low) }, { buckets: high, ...widest(high) });
  }
  return boxes.map((box) => box.buckets);
}

/** The channel a box is longest in, and how much cutting it there is worth: length x pixels. 0 = it has one colour. */
function widest(buckets: readonly Bucket[]): { channel: 0 | 1 | 2; weight: number } {
  const pixels = buckets.reduce((sum, { count }) => sum + count, 0);
  const lengths = ([0, 1, 2] as const).map((channel) => {
    const values = buckets.map((bucket) => level(bucket, channel));
    return { channel, weight: (Math.max(...values) - Math.min(...values)) * pixels };
  });
  return lengths.reduce((a, b) => (b.weight > a.weight ? b : a));
}

function halves(buckets: readonly Bucket[], channel: 0 | 1 | 2): [Bucket[], Bucket[]] {
  const sorted = [...buckets].sort((a, b) => level(a, channel) - level(b, channel) || a.key - b.key);
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  let seen = 0;
  const middle = sorted.findIndex(({ count }) => (seen += count) >= half);
  const at = Math.min(Math.max(1, middle + 1), sorted.length - 1);
  return [sorted.slice(0, at), sorted.slice(at)];
}

const level = ({ key }: Bucket, channel: 0 | 1 | 2): number => (key >> (10 - 5 * channel)) & 31;

function mean(box: readonly Bucket[]): [number, number, number] {
  const count = box.reduce((sum, bucket) => sum + bucket.count, 0);
  const channel = (index: 0 | 1 | 2): number =>
    Math.round(box.reduce((sum, bucket) => sum + bucket.sums[index], 0) / count);
  return [channel(0), channel(1), channel(2)];
}
