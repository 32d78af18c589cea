/**
 * Classifier-free guidance: uncond + scale (text - uncond), in float32 in diffusers' order of operations. Several texts (AND of composable
 * diffusion, https://arxiv.org/abs/2206.01714) each add their weighted difference.
 */
export function guide(
  unconditional: Float32Array,
  texts: readonly { readonly output: Float32Array; readonly weight: number }[],
  guidanceScale: number,
): Float32Array {
  const guided = unconditional.slice();
  for (const { output, weight } of texts) {
    const scale = Math.fround(guidanceScale * weight);
    for (let i = 0; i < guided.length; i++) {
      guided[i] = guided[i]! + Math.fround(scale * Math.fround(output[i]! - unconditional[i]!));
    }
  }
  return guided;
}

/** The two guidance scales of instruct-pix2pix (equation 3 of https://arxiv.org/abs/2211.09800): of the text, and of the input picture. */
export function guideInstruct(
  outputs: { readonly text: Float32Array; readonly image: Float32Array; readonly unconditional: Float32Array },
  guidanceScale: number,
  imageGuidanceScale: number,
): Float32Array {
  const { text, image, unconditional } = outputs;
  const textScale = Math.fround(guidanceScale);
  const imageScale = Math.fround(imageGuidanceScale);
  const guided = new Float32Array(text.length);
  for (let i = 0; i < guided.length; i++) {
    const withText = Math.fround(unconditional[i]! + Math.fround(textScale * Math.fround(text[i]! - image[i]!)));
    guided[i] = withText + Math.fround(imageScale * Math.fround(image[i]! - unconditional[i]!));
  }
  return guided;
}

/** rescale_noise_cfg: pulls the deviation of the guided output of one picture back to the text's (section 3.4 of https://arxiv.org/abs/2305.08891). */
export function rescaleGuidance(guided: Float32Array, text: Float32Array, guidanceRescale: number): Float32Array {
  const ratio = Math.fround(Math.fround(deviation(text)) / Math.fround(deviation(guided)));
  const share = Math.fround(guidanceRescale);
  const rest = Math.fround(1 - guidanceRescale);
  return guided.map((value) => Math.fround(share * Math.fround(value * ratio)) + Math.fround(rest * value));
}

/** torch.std: with Bessel's correction. */
function deviation(values: Float32Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * get_guidance_scale_embedding: guidance scale minus one as `size` sines and cosines, the timestep_cond input of guidance-distilled models
 * (LCM). https://arxiv.org/abs/2310.04378
 */
export function guidanceEmbedding(guidanceScale: number, size: number): Float32Array {
  const half = Math.floor(size / 2);
  const w = Math.fround(Math.fround(guidanceScale - 1) * 1000);
  const rate = Math.fround(Math.fround(Math.log(10000)) / (half - 1));
  const embedding = new Float32Array(size);
  for (let i = 0; i < half; i++) {
    const angle = Math.fround(w * Math.fround(Math.exp(Math.fround(i * -rate))));
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
