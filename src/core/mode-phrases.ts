import type { Mode } from "./image-request.ts";

/** What a mode does, as the end of “this model cannot …”. */
export const MODE_PHRASES = {
  "text-to-image": "draw from words",
  "image-to-image": "redraw a picture",
  inpaint: "redraw a part of a picture",
  outpaint: "extend a picture",
  instruct: "follow an editing instruction",
  controlnet: "follow a control picture",
  blend: "blend pictures",
  upscale: "enlarge a picture",
} as const satisfies Record<Mode, string>;

/** What an answer is called that has no words of its own. */
export const MODE_TITLES = {
  "text-to-image": "Picture",
  "image-to-image": "Restyled picture",
  inpaint: "Repainted picture",
  outpaint: "Extended picture",
  instruct: "Edited picture",
  controlnet: "Picture from a control picture",
  blend: "Blend",
  upscale: "Enlarged picture",
} as const satisfies Record<Mode, string>;

export const SCORER_MISSING = "choose the best of several candidates: its folder has no image-text scorer (scorer/)";

export const SKETCH_UNFIT = "redraw a sketch: it has no canvas to lay it on; give --strength instead";
