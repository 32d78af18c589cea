/** What a mode does when the call does not say; in diffusers' units. */
export const DEFAULTS = {
  /** Share of the steps that repaint a picture in image to image and inpainting. diffusers: 0.8. */
  strength: 0.8,
  /** instruct: image_guidance_scale of diffusers. */
  imageGuidanceScale: 1.5,
  /** Share of the steps that draw over a noised layout (text to image with a picture memory). */
  layoutStrength: 0.75,
  /** upscale: how many times larger. */
  upscaleFactor: 2,
  /** upscale: low, so that the enlarged picture gets detail but keeps its composition. */
  upscaleStrength: 0.3,
  /** Refining is done up to this multiple of the model's native side; beyond it models repeat motifs and attention needs too much memory. */
  upscaleNativeSides: 1.5,
} as const;
