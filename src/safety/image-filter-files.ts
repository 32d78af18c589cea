import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

export const MANIFEST = "classifier.json";

/** The descriptions of all image filters: `folder`/<name>/classifier.json. */
export function imageFilterManifests(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder).map((name) => join(folder, name, MANIFEST));
  return paths.filter((path) => existsSync(path)).toSorted();
}

/** Every file that decides what the filters are: each description, and all files beside it. */
export function imageFilterFiles(folder: string): string[] {
  return imageFilterManifests(folder).flatMap((path) =>
    readdirSync(dirname(path)).map((name) => join(dirname(path), name)),
  );
}
