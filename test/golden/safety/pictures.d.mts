import type { RawPicture } from "../../../src/core/generator.ts";

export function pictures(): (RawPicture & { readonly name: string })[];
