# Further golden pipelines: python pipelines.py pipelines --seed 5 --set extra
CASES = [
 dict(name="sd1-img2img-heun-list", about="SD1 image to image with a second-order scheduler and two generators", family="sd", kind="img2img", style="optimum-1.24", sched=("HeunDiscreteScheduler", dict(SD_BETAS, timestep_spacing="linspace")), seed=[123, 7],
      call=dict(prompt="a watercolor painting of a fox", negative_prompt="noise", height=80, width=48, num_inference_steps=7, strength=0.55, guidance_scale=7.0, num_images_per_prompt=2)),
 dict(name="sd3-t5-list", about="SD3 with T5, clip_skip, two generators", family="sd3", kind="txt2img", style="optimum-1.24", t5=True, sched=("FlowMatchEulerDiscreteScheduler", dict(num_train_timesteps=1000, shift=3.0)), seed=[3, 8],
      call=dict(prompt="a whale flying over the ocean", negative_prompt=None, height=64, width=96, num_inference_steps=6, guidance_scale=5.0, num_images_per_prompt=2, clip_skip=1, max_sequence_length=64)),
 dict(name="sdxl-clip-skip", about="SDXL: clip_skip, second negative prompt, negative sizes, guidance rescale", family="sdxl", kind="txt2img", style="optimum-1.23", text_layers=3, sched=("DPMSolverMultistepScheduler", dict(SD_BETAS, use_karras_sigmas=True, steps_offset=1)), seed=77, unet=dict(rand=0.05, text=1.0),
      call=dict(prompt="a wizard", negative_prompt="fog", negative_prompt_2="rain", height=80, width=64, num_inference_steps=6, guidance_scale=3.5, clip_skip=1, guidance_rescale=0.5,
                negative_original_size=(32, 48), negative_target_size=(64, 80), negative_crops_coords_top_left=(4, 0))),
 dict(name="controlnet-window", about="ControlNet between 20 and 70 percent of the steps, float timesteps a row, two generators", family="sd", kind="controlnet", controlnet="separate", style="script-new", sched=("DPMSolverSinglestepScheduler", dict(SD_BETAS, solver_order=2)), seed=[16, 17],
      call=dict(prompt="a futuristic house", negative_prompt="blurry", height=64, width=96, num_inference_steps=6, guidance_scale=7.0, controlnet_conditioning_scale=0.6, control_guidance_start=0.2, control_guidance_end=0.7, num_images_per_prompt=2)),
]
