import { describe, expect, it } from "vitest";
import { encodePicture } from "../../src/images/encode.ts";
import { readParameters } from "../../src/images/file-texts.ts";
import { makeGrid, makeGridFile } from "../../src/images/grid.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { pixelAt, plain } from "./pictures.ts";

const RED = plain(4, 4, 255, 0, 0);
const GREEN = plain(4, 4, 0, 255, 0);
const BLUE = plain(4, 4, 0, 0, 255);

describe("makeGrid", () => {
  it("lays four pictures in two rows with a white gap", () => {
    const grid = makeGrid([RED, GREEN, BLUE, RED]);

    expect(grid).toMatchObject({ widthPx: 10, heightPx: 10, channels: 3 });
    expect(pixelAt(grid, 3, 3)).toEqual([255, 0, 0]);
    expect(pixelAt(grid, 4, 3)).toEqual([255, 255, 255]);
    expect(pixelAt(grid, 6, 0)).toEqual([0, 255, 0]);
    expect(pixelAt(grid, 0, 6)).toEqual([0, 0, 255]);
    expect(pixelAt(grid, 9, 9)).toEqual([255, 0, 0]);
  });

  it.each([
    [2, 2, 1],
    [3, 2, 2],
    [5, 3, 2],
    [8, 3, 3],
  ])("lays %i pictures in %i columns and %i rows", (count, columns, rows) => {
    const grid = makeGrid(
      Array.from({ length: count }, () => RED),
      { gapPx: 1 },
    );

    expect([grid.widthPx, grid.heightPx]).toEqual([columns * 5 - 1, rows * 5 - 1]);
  });

  it("keeps stickers transparent, and the gap and the empty cell with them", () => {
    const grid = makeGrid([plain(4, 4, 9, 9, 9, 100), RED, GREEN], { gapPx: 2 });

    expect(grid.channels).toBe(4);
    expect(pixelAt(grid, 0, 0)).toEqual([9, 9, 9, 100]);
    expect(pixelAt(grid, 6, 0)).toEqual([255, 0, 0, 255]);
    expect(pixelAt(grid, 4, 4)).toEqual([0, 0, 0, 0]);
    expect(pixelAt(grid, 9, 9)).toEqual([0, 0, 0, 0]);
  });

  it("takes a number of columns, centres smaller pictures and returns a single one as it is", () => {
    const row = makeGrid([RED, plain(2, 2, 1, 2, 3)], { columns: 5, gapPx: 0 });

    expect([row.widthPx, row.heightPx]).toEqual([8, 4]);
    expect(pixelAt(row, 5, 1)).toEqual([1, 2, 3]);
    expect(pixelAt(row, 4, 1)).toEqual([255, 255, 255]);
    expect(makeGrid([RED])).toBe(RED);
    expect(() => makeGrid([])).toThrow(RangeError);
  });
});

describe("makeGridFile", () => {
  it("writes one file with the first picture's recipe", async () => {
    const files = await Promise.all(
      [RED, GREEN].map((picture, index) =>
        encodePicture(picture, {
          source: "trainedAlgorithmicMedia",
          creatorTool: "Easel",
          parameters: `Seed: ${index}`,
        }),
      ),
    );

    const grid = await makeGridFile(files, "image/webp");

    expect(await readParameters(grid)).toBe("Seed: 0");
    expect(await readPicture(grid, "grid")).toMatchObject({ widthPx: 10, heightPx: 4 });
  });
});
