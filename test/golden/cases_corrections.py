# What diffusers' pipelines correct or do in a way of their own: python pipelines.py pipelines --seed 5 --set corrections
CASES = [
 dict(name="sd1-outdated-ddim", about="a scheduler_config.json without steps_offset and clip_sample: StableDiffusionPipeline overwrites both", family="sd", kind="txt2img", style="optimum-1.24", sched=("DDIMScheduler", dict(SD_BETAS)), seed=21,
      scheduler_file=dict(_class_name="DDIMScheduler", _diffusers_version="0.2.4", **SD_BETAS),
      call=dict(prompt="a stone bridge in the fog", negative_prompt="blurry", height=64, width=64, num_inference_steps=7, guidance_scale=7.5)),
 dict(name="sd1-outdated-inpaint", about="inpainting with PNDM's first steps by Runge-Kutta and no offset, both of which the pipeline overwrites", family="sd", kind="inpaint", style="optimum-1.24", sched=("PNDMScheduler", dict(SD_BETAS, skip_prk_steps=False)), seed=22,
      scheduler_file=dict(_class_name="PNDMScheduler", _diffusers_version="0.2.4", **SD_BETAS, skip_prk_steps=False),
      call=dict(prompt="a sleeping cat", negative_prompt="noise", height=64, width=64, num_inference_steps=6, strength=1.0, guidance_scale=6.0)),
 dict(name="sdxl-batch-sizes", about="SDXL: two pictures with negative sizes, whose rows take turns", family="sdxl", kind="txt2img", style="optimum-1.24", sched=("EulerDiscreteScheduler", dict(SD_BETAS, steps_offset=1, timestep_spacing="leading")), seed=[23, 24], unet=dict(rand=0.05, text=1.0),
      call=dict(prompt="a lighthouse at night", negative_prompt="text", height=64, width=64, num_inference_steps=5, guidance_scale=4.0, num_images_per_prompt=2,
                negative_original_size=(32, 48), negative_target_size=(64, 80), negative_crops_coords_top_left=(4, 0))),
]
