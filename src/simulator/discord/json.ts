/** A JSON object from outside: nothing is known about its fields. */
export type JsonObject = Record<string, unknown>;

/** The value if it is an object, otherwise undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value's elements if it is an array, otherwise none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a string, otherwise undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value if it is a number, otherwise zero. */
export function asNumber(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
