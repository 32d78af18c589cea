import { asList, asObject, type JsonObject } from "../discord/json.ts";

/** The objects in a list from outside. */
export function asObjects(value: unknown): readonly JsonObject[] {
  return asList(value).flatMap((one) => {
    const object = asObject(one);
    return object ? [object] : [];
  });
}
