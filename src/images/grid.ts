import type { RawPicture } from "../core/generator.ts";
import { bestEncoding, encodeWith } from "./encode.ts";
import { readFileTexts } from "./file-texts.ts";
import type { ImageType } from "./image-type.ts";
import { NO_LIMITS, readPicture } from "./read-picture.ts";

export interface GridOptions {
  /** Default: as many as rows, or one more. */
  readonly columns?: number;
  /** Default: 1/64 of a cell's width, at least 2. */
  readonly gapPx?: number;
}

const WHITE = 255;

/**
 * Pictures side by side, row by row, with a small gap: transparent when one of them has alpha, white otherwise. Smaller pictures stand in the
 * middle of a cell. Throws a RangeError without pictures.
 */
export function makeGrid(pictures: readonly RawPicture[], options: GridOptions = {}): RawPicture {
  if (pictures.length === 0) throw new RangeError("a grid needs at least one picture");
  if (pictures.length === 1) return pictures[0]!;
  const columns = Math.min(options.columns ?? Math.ceil(Math.sqrt(pictures.length)), pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const cellWidthPx = Math.max(...pictures.map(({ widthPx }) => widthPx));
  const cellHeightPx = Math.max(...pictures.map(({ heightPx }) => heightPx));
  const gapPx = options.gapPx ?? Math.max(2, Math.round(cellWidthPx / 64));

  const channels = pictures.some((picture) => picture.channels === 4) ? 4 : 3;
  const widthPx = columns * cellWidthPx + (columns - 1) * gapPx;
  const heightPx = rows * cellHeightPx + (rows - 1) * gapPx;
  const data = new Uint8Array(widthPx * heightPx * channels);
  if (channels === 3) data.fill(WHITE);
  const grid: RawPicture = { widthPx, heightPx, channels, data };
  for (const [index, picture] of pictures.entries()) {
    const leftPx = (index % columns) * (cellWidthPx + gapPx) + ((cellWidthPx - picture.widthPx) >> 1);
    const topPx = Math.floor(index / columns) * (cellHeightPx + gapPx) + ((cellHeightPx - picture.heightPx) >> 1);
    paste(picture, grid, leftPx, topPx);
  }
  return grid;
}

function paste(picture: RawPicture, grid: RawPicture, leftPx: number, topPx: number): void {
  const { widthPx, heightPx, channels, data } = picture;
  for (let y = 0; y < heightPx; y++) {
    const row = data.subarray(y * widthPx * channels, (y + 1) * widthPx * channels);
    const start = ((topPx + y) * grid.widthPx + leftPx) * grid.channels;
    if (channels === grid.channels) grid.data.set(row, start);
    else
      for (let x = 0; x < widthPx; x++)
        grid.data.set([row[x * 3]!, row[x * 3 + 1]!, row[x * 3 + 2]!, 255], start + x * 4);
  }
}

/** Picture files as one labelled grid file; its texts are those of the first picture, as A1111 does it. */
export async function makeGridFile(files: readonly Uint8Array[], type: ImageType): Promise<Uint8Array> {
  const pictures = await Promise.all(
    files.map((bytes, index) => readPicture(bytes, `picture ${index + 1}`, NO_LIMITS)),
  );
  return encodeWith(makeGrid(pictures), bestEncoding(type), await readFileTexts(files[0]!));
}
