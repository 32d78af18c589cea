import { describe, expect, it } from "vitest";
import { coseSign1 } from "../../src/images/cose-sign1.ts";

const signature = new Uint8Array(64).fill(7);
const chain = [new Uint8Array(10).fill(1), new Uint8Array(300).fill(2)];

function make(size: number): { message: Buffer; signed: Buffer } {
  let signed = Buffer.alloc(0);
  const message = coseSign1({
    payload: Buffer.from("claim"),
    chain,
    size,
    sign(data) {
      signed = Buffer.from(data);
      return signature;
    },
  });
  return { message: Buffer.from(message), signed };
}

describe("coseSign1", () => {
  it("is tagged, holds algorithm, certificates, padding, no payload and the signature", () => {
    const { message } = make(600);

    // d2 = tag 18, 84 = array of four; a2 01 26 = {1: -7, 18 21 = 33: two certificates}
    expect(message.toString("hex")).toMatch(
      /^d28459014.a201261821824a(01){10}59012c(02){300}a16370616458c9(00){201}f65840(07){64}$/,
    );
  });

  it("signs RFC 9052's Sig_structure", () => {
    const { signed } = make(600);

    expect(signed.toString("hex")).toMatch(/^846a5369676e617475726531590.{3}a20126.*4045636c61696d$/);
  });

  it("is exactly as long as it has to be, across all lengths of padding", () => {
    const bare = 405;
    const sizes = Array.from({ length: 400 }, (_, i) => bare + i);

    const lengths = sizes.map((size) => {
      try {
        return make(size).message.length;
      } catch (error) {
        return error instanceof RangeError ? "impossible" : error;
      }
    });

    const wrong = lengths.filter((length, i) => length !== sizes[i]);
    // Two lengths cannot be: where the padding's own length grows by a byte.
    expect(wrong.filter((length) => length !== "impossible")).toEqual([]);
    expect(wrong.length).toBe(2);
  });

  it("does not fit into less", () => {
    expect(() => make(300)).toThrow(RangeError);
  });
});
