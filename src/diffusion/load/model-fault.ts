/** A model folder that cannot be used, with the reason in words: which file, what is wrong, what was expected. loadModel makes a UserError of it. */
export class ModelFault extends Error {
  override readonly name = "ModelFault";
}

/** Runs `use` and turns what it throws into a ModelFault that begins with `file`. */
export async function faultsOf<T>(file: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof ModelFault) throw error;
    throw new ModelFault(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The first line of an error's message, at most 300 characters, without the path that system errors end in: the caller names the file. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split("\n", 1)[0]!
    .replace(/, \w+ '.*'$/, "")
    .slice(0, 300);
}

/** A value of a file as messages show it: JSON, at most 60 characters. */
export function excerpt(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
