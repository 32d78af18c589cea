import type { RawPicture } from "../../core/generator.ts";
import type { Mode } from "../../core/image-request.ts";
import { cutOut } from "../../numerics/cut-out.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import { over } from "./compose-canvas.ts";
import type { Slots } from "./fill-canvas.ts";
import type { LaidOut } from "./lay-out.ts";
import { premultiplied, toSprite } from "./sprite.ts";

/** Modes whose canvas holds the pictures that they start from; in the others it holds what the prompt names. */
export const GIVEN_SLOTS: Partial<Readonly<Record<Mode, (call: Call, named: Tensor | undefined) => Slots>>> = {
  "image-to-image": ({ image }, named) => (image ? fromPicture(image, named) : {}),
  upscale: ({ image }) => ({ wanted: image && toPicture(image) }),
  blend: ({ image, others: [second] = [] }, named) => ({
    wanted: image && cutOrWhole(image),
    other: second && cutOrWhole(second),
    under: named,
  }),
  outpaint: ({ image, mask }, named) => ({ wanted: image && mask && keepBlack(image, mask), under: named }),
};

/**
 * What is cut out of a picture stays as it is, over the background that the prompt names, else over its own; what cannot be cut is redrawn as
 * a whole.
 */
function fromPicture(image: RawPicture, named: Tensor | undefined): Slots {
  const cut = cutOut(image);
  if (!("picture" in cut)) return { other: toPicture(image), under: named };
  return { wanted: toPicture(cut.picture), under: named ?? toPicture(image) };
}

/** The picture that is painted on: under the mask with the background that the prompt names, with itself under things, else empty. */
export function underInpainting({ image, mask }: Call, laid: LaidOut): Tensor | undefined {
  if (!image || !mask) return undefined;
  const kept = keepBlack(image, mask);
  const ground = groundOf(laid);
  if (laid.background?.isNamed && ground) return over(kept, ground);
  return laid.wanted || laid.other ? toPicture(image) : kept;
}

/** The background's picture, where there is one. */
export function groundOf({ background }: LaidOut): Tensor | undefined {
  return background === undefined || background.ground === "transparent" ? undefined : background.ground;
}

function toPicture(picture: RawPicture): Tensor {
  return premultiplied(toSprite(picture));
}

/** A picture without its background, where that is plain. */
function cutOrWhole(picture: RawPicture): Tensor {
  const cut = cutOut(picture);
  return toPicture("picture" in cut ? cut.picture : picture);
}

/** The picture where the mask is black, transparent elsewhere. */
function keepBlack({ widthPx, heightPx, channels, data }: RawPicture, mask: RawPicture): Tensor {
  const kept = new Uint8Array(4 * widthPx * heightPx);
  for (let i = 0; i < widthPx * heightPx; i++) {
    if (mask.data[mask.channels * i]! >= 128) continue;
    for (let c = 0; c < 3; c++) kept[4 * i + c] = data[channels * i + c]!;
    kept[4 * i + 3] = channels === 4 ? data[4 * i + 3]! : 255;
  }
  return toPicture({ widthPx, heightPx, channels: 4, data: kept });
}
