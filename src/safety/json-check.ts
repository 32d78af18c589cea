/** Reads untrusted JSON field by field; every method throws what `fault` makes of the field's path and what is wrong with it. */
export interface JsonCheck {
  fail(field: string, fault: string): never;
  object(field: string, value: unknown, keys?: readonly string[]): Record<string, unknown>;
  /** A missing list is empty. */
  array(field: string, value: unknown): readonly unknown[];
  strings(field: string, value: unknown): readonly string[];
  string(field: string, value: unknown): string;
  number(field: string, value: unknown, least: number, most: number): number;
  numbers(field: string, value: unknown, count: number): readonly number[];
  oneOf<T extends string | boolean>(field: string, value: unknown, choices: readonly T[]): T;
}

export function createJsonCheck(fault: (field: string, fault: string) => Error): JsonCheck {
  const check: JsonCheck = {
    fail(field, reason) {
      throw fault(field, reason);
    },
    object(field, value, keys) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault(field, "must be an object");
      const unknown = keys && Object.keys(value).find((key) => !keys.includes(key));
      if (unknown !== undefined) throw fault(field, `has no field “${unknown}”; known: ${keys?.join(", ")}`);
      return value as Record<string, unknown>;
    },
    array(field, value) {
      if (value === undefined) return [];
      if (!Array.isArray(value)) throw fault(field, "must be a list");
      return value;
    },
    strings: (field, value) => check.array(field, value).map((item, index) => check.string(`${field}[${index}]`, item)),
    string(field, value) {
      if (typeof value !== "string" || value.trim() === "") throw fault(field, "must be a text that is not empty");
      return value;
    },
    number(field, value, least, most) {
      if (typeof value !== "number" || !(value >= least && value <= most)) {
        throw fault(field, `must be a number from ${least} to ${most}`);
      }
      return value;
    },
    numbers(field, value, count) {
      const list = check.array(field, value);
      if (list.length !== count) throw fault(field, `must have ${count} numbers`);
      return list.map((item, index) => check.number(`${field}[${index}]`, item, -1e9, 1e9));
    },
    oneOf(field, value, choices) {
      const found = choices.find((choice) => choice === value);
      if (found === undefined) throw fault(field, `must be one of ${choices.join(", ")}`);
      return found;
    },
  };
  return check;
}
