import type { RawPicture } from "../core/generator.ts";

/**
 * Whether a picture is black all over and equally opaque everywhere: what float16 overflow looks like after conversion to bytes. Black ink
 * on a transparent ground is a picture.
 */
export function isEmptyPicture({ channels, data }: RawPicture): boolean {
  const alpha = channels === 4 ? data[3] : undefined;
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== 0 || data[i + 1] !== 0 || data[i + 2] !== 0) return false;
    if (channels === 4 && data[i + 3] !== alpha) return false;
  }
  return true;
}
