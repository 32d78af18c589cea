import { fstatSync, readSync } from "node:fs";

const PAGE_BYTES = 65_536;

/** A field of a protobuf message: a varint's value, or the range of a length-delimited or fixed one. */
export interface ProtobufField {
  readonly number: number;
  readonly wireType: number;
  /** Value of a varint; 0 for other wire types. */
  readonly value: number;
  /** Byte range of the content in the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads protobuf messages of a file without loading it: weights of gigabytes are skipped. Every function throws an Error for bytes that
 * are not protobuf or end too early. The caller closes the descriptor.
 */
export function createProtobufReader(descriptor: number) {
  const size = fstatSync(descriptor).size;
  const page = Buffer.alloc(PAGE_BYTES);
  let pageStart = -1;
  let pageEnd = -1;

  function byteAt(position: number): number {
    if (position < pageStart || position >= pageEnd) {
      const count = readSync(descriptor, page, 0, PAGE_BYTES, position);
      pageStart = position;
      pageEnd = position + count;
      if (count === 0) throw new Error(`it ends early, at byte ${position}`);
    }
    return page[position - pageStart]!;
  }

  /** A varint and the position after it. Above 2^53 the value is not exact; nothing that is read here is that large. */
  function varint(position: number): [value: number, next: number] {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = byteAt(position + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, position + i + 1];
    }
    throw new Error(`it is not protobuf: a number of more than ten bytes at byte ${position}`);
  }

  function* fields(start = 0, end = size): Generator<ProtobufField> {
    let position = start;
    while (position < end) {
      const [tag, content] = varint(position);
      const wireType = tag % 8;
      const number = Math.floor(tag / 8);
      if (number === 0) throw new Error(`it is not protobuf: field number 0 at byte ${position}`);
      let value = 0;
      let from = content;
      let next: number;
      if (wireType === 0) [value, next] = varint(content);
      else if (wireType === 1) next = content + 8;
      else if (wireType === 5) next = content + 4;
      else if (wireType === 2) {
        const [length, data] = varint(content);
        from = data;
        next = data + length;
      } else throw new Error(`it is not protobuf: wire type ${wireType} at byte ${position}`);
      if (next > end) throw new Error(`it ends early: ${next - end} bytes are missing at byte ${end}`);
      yield { number, wireType, value, start: from, end: next };
      position = next;
    }
  }

  function bytes({ start, end }: Pick<ProtobufField, "start" | "end">): Buffer {
    const buffer = Buffer.alloc(end - start);
    let done = 0;
    while (done < buffer.length) {
      const count = readSync(descriptor, buffer, done, buffer.length - done, start + done);
      if (count === 0) throw new Error(`it ends early, at byte ${start + done}`);
      done += count;
    }
    return buffer;
  }

  return {
    size,
    fields,
    bytes,
    text: (field: ProtobufField): string => bytes(field).toString("utf8"),
    /** The numbers of a repeated integer field, packed or not. */
    integers(field: ProtobufField): number[] {
      if (field.wireType === 0) return [field.value];
      const values: number[] = [];
      for (let position = field.start; position < field.end;) {
        const [value, next] = varint(position);
        values.push(value);
        position = next;
      }
      return values;
    },
  };
}

export type ProtobufReader = ReturnType<typeof createProtobufReader>;
