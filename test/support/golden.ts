import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A path below the folder of golden numbers: GOLDEN_DIR when set (other numbers of the same format), else test/golden. */
export function goldenDir(...parts: readonly string[]): string {
  const shipped = fileURLToPath(new URL("../golden", import.meta.url));
  return join(process.env["GOLDEN_DIR"] ?? shipped, ...parts);
}

/** The parsed JSON file below the golden folder; the caller states (`as`) what the file holds. */
export function readGolden(...parts: readonly string[]): unknown {
  return JSON.parse(readFileSync(goldenDir(...parts), "utf8"));
}

/** Names of the entries of a golden folder, sorted; none when a GOLDEN_DIR has no such folder. */
export function listGolden(...parts: readonly string[]): string[] {
  const folder = goldenDir(...parts);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export interface Npy {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

type Decode = (view: DataView, offset: number) => number;

const DTYPES: Readonly<Record<string, { bytes: number; decode: Decode }>> = {
  "<f4": { bytes: 4, decode: (view, offset) => view.getFloat32(offset, true) },
  "<f8": { bytes: 8, decode: (view, offset) => view.getFloat64(offset, true) },
  "<i4": { bytes: 4, decode: (view, offset) => view.getInt32(offset, true) },
  "<i8": { bytes: 8, decode: (view, offset) => Number(view.getBigInt64(offset, true)) },
  "|u1": { bytes: 1, decode: (view, offset) => view.getUint8(offset) },
  "|b1": { bytes: 1, decode: (view, offset) => view.getUint8(offset) },
};

/** Reads NumPy's .npy file (format 1 to 3, C order, the number types of DTYPES) as float32. */
export function readNpy(path: string): Npy {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const longHeader = view.getUint8(6) > 1;
  const start = longHeader ? 12 : 10;
  const end = start + (longHeader ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = bytes.toString("latin1", start, end);
  const [, descr] = /'descr': '([^']+)'/.exec(header) ?? [];
  const [, shape] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  const dtype = descr === undefined ? undefined : DTYPES[descr];
  if (!dtype || shape === undefined || /'fortran_order': True/.test(header)) throw new Error(`${path}: ${header}`);

  const dims = shape.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (let i = 0; i < data.length; i++) data[i] = dtype.decode(view, end + i * dtype.bytes);
  return { data, dims };
}
