# Models of few steps that are distilled from larger ones: python pipelines.py pipelines --seed 5 --set distilled
CASES = [
 dict(name="sdxl-turbo", about="SDXL-Turbo: Euler ancestral trailing, one step, guidance 0", family="sdxl", kind="txt2img", style="optimum-1.24", sched=("EulerAncestralDiscreteScheduler", dict(SD_BETAS, steps_offset=1, timestep_spacing="trailing")), seed=31, unet=dict(rand=0.05, text=1.0),
      call=dict(prompt="a cinematic shot of a baby rabbit wearing armor", height=64, width=64, num_inference_steps=1, guidance_scale=0.0)),
 dict(name="sdxl-lightning", about="SDXL-Lightning: Euler trailing, four steps, guidance 0, two generators", family="sdxl", kind="txt2img", style="optimum-1.24", sched=("EulerDiscreteScheduler", dict(SD_BETAS, steps_offset=1, timestep_spacing="trailing")), seed=[32, 33], unet=dict(rand=0.05, text=1.0),
      call=dict(prompt="a lighthouse in the storm", height=64, width=96, num_inference_steps=4, guidance_scale=0.0, num_images_per_prompt=2)),
 dict(name="sd1-lcm-lora", about="SD1 with LCM-LoRA merged: LCM's scheduler, no timestep_cond, four steps, a low guidance with its negative branch", family="sd", kind="txt2img", style="optimum-1.24", sched=("LCMScheduler", dict(SD_BETAS, original_inference_steps=50, clip_sample=False, set_alpha_to_one=True, steps_offset=1)), seed=34, unet=dict(rand=0.05, text=1.0),
      call=dict(prompt="a red fox on a snowy hill", negative_prompt="blurry", height=64, width=64, num_inference_steps=4, guidance_scale=1.5)),
]
