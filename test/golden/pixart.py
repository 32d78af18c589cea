"""Golden PixArt: a case of pipelines.py's form for PixArtSigmaPipeline (T5 with a mask, learned variance), of one fixed size.

    python pixart.py OUTDIR
"""
import sys
from pipelines import *
from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel


def main(out):
    shutil.rmtree(out, ignore_errors=True)
    M = f"{out}/model"
    tok, n = write_t5_tokenizer(f"{M}/tokenizer")
    te = make_t5(71, n, 32)
    vae = make_vae(72, scaling=0.13025)
    tr = init(PixArtTransformer2DModel(num_attention_heads=4, attention_head_dim=8, in_channels=4, out_channels=8, num_layers=2,
                                       cross_attention_dim=32, sample_size=8, patch_size=2, caption_channels=32), 73, 1.0)
    with torch.no_grad():
        g = torch.Generator().manual_seed(1)
        y = tr(torch.randn((2, 4, 8, 8), generator=g), encoder_hidden_states=torch.randn((2, 20, 32), generator=g), timestep=torch.tensor([500, 500]),
               added_cond_kwargs=dict(resolution=None, aspect_ratio=None), return_dict=False)[0]
        scale_layer(tr.proj_out, float(1.0 / y.std()))
    sched = DPMSolverMultistepScheduler(num_train_timesteps=1000, beta_start=0.0001, beta_end=0.02, beta_schedule="linear", solver_order=2)
    pipe = PixArtSigmaPipeline(tokenizer=tok, text_encoder=te, vae=vae, transformer=tr, scheduler=sched)
    pipe.set_progress_bar_config(disable=True)
    case = dict(name="pixart", seed=[31, 32], call=dict(prompt="A Castle on an Island  ", negative_prompt="fog", height=64, width=64, num_inference_steps=6, guidance_scale=4.5,
                                                       num_images_per_prompt=2, max_sequence_length=40))
    kw = dict(case["call"], use_resolution_binning=False, clean_caption=False)
    rng, steps, lat = [], [], []
    randn = torch.randn
    def spy(*a, **k):
        r = randn(*a, **k); rng.append(r.clone()); return r
    step0 = type(sched).step.__get__(sched)
    first = []
    @functools.wraps(step0)
    def step(o, t, x, *a, **k):
        if not first: first.append(x.clone())
        r = step0(o, t, x, *a, **k); lat.append(r[0].clone()); steps.append(float(t)); return r
    sched.step = step
    torch.randn = spy
    with torch.no_grad():
        img = np.asarray(pipe(**kw, generator=generators(case), output_type="np").images, dtype=np.float32)
    torch.randn = randn
    del sched.step
    st = STYLES["optimum-1.24"]
    # a T5 encoder with its mask, and a transformer of one size (its position table is a constant)
    w = Wrap(lambda s, i, a: s.encoder(i, attention_mask=a)[0], encoder=te)
    ids = torch.randint(5, n, (2, 40)); mask = torch.ones(2, 40, dtype=torch.int64); mask[:, 20:] = 0
    export(w, (ids, mask), f"{M}/text_encoder/model.onnx", ["input_ids", "attention_mask"], ["last_hidden_state"],
           {k: {0: "batch_size", 1: "sequence_length"} for k in ("input_ids", "attention_mask", "last_hidden_state")})
    s = Session(f"{M}/text_encoder/model.onnx")
    with torch.no_grad():
        print("text", worst(s(input_ids=ids, attention_mask=mask), dict(last_hidden_state=w(ids, mask))))
    names = ["hidden_states", "encoder_hidden_states", "timestep", "encoder_attention_mask"]
    w = Wrap(lambda s, h, e, t, a: s.transformer(h, encoder_hidden_states=e, timestep=t, encoder_attention_mask=a,
                                                 added_cond_kwargs=dict(resolution=None, aspect_ratio=None), return_dict=False)[0], transformer=tr)
    args = lambda b: (torch.randn(b, 4, 8, 8), torch.randn(b, 40, 32), torch.tensor([500.0] * b), mask[:1].repeat(b, 1).float())
    # the exporter writes squeeze(1) of a longer axis as a branch that onnxruntime refuses
    squeeze = torch.Tensor.squeeze
    torch.Tensor.squeeze = lambda x, dim: squeeze(x, dim) if int(x.shape[dim]) == 1 else x
    export(w, args(2), f"{M}/transformer/model.onnx", names, ["out_hidden_states"], {k: {0: "batch_size"} for k in names + ["out_hidden_states"]})
    torch.Tensor.squeeze = squeeze
    s = Session(f"{M}/transformer/model.onnx")
    a = args(3)
    with torch.no_grad():
        print("transformer", worst(s(**dict(zip(names, a))), dict(out_hidden_states=w(*a))))
    export_vae_decoder(vae, f"{M}/vae_decoder", st)
    sched.save_config(f"{M}/scheduler")
    for k, m in dict(transformer=tr, text_encoder=te, vae_decoder=vae).items():
        config_for(m, f"{M}/{k}")
    pipe.save_config(M)
    save(f"{out}/initial_noise.npy", torch.cat(rng[:2])); save(f"{out}/step0_latents.npy", first[0]); save(f"{out}/latents.npy", torch.stack(lat))
    save(f"{out}/final_latents.npy", lat[-1]); save(f"{out}/image.npy", img)
    for i, x in enumerate(img):
        png(x, f"{out}/image_{i}.png")
    put_json(f"{out}/expected.json", clean(dict(case="pixart", about="PixArt Sigma: masked T5, learned variance, one fixed size", family="pixart", kind="txt2img", pipeline_class="PixArtSigmaPipeline",
             export_style="optimum-1.24", seed=case["seed"], call=case["call"], timesteps=steps,
             scheduler=dict(class_name="DPMSolverMultistepScheduler", config=dict(sched.config)), scaling_factor=0.13025, shift_factor=None,
             token_ids={"tokenizer": {x: tok(x).input_ids for x in (case["call"]["prompt"].lower().strip(), "fog")}},
             tolerance=dict(latents=1e-3, image=1 / 255), versions=versions())))
    print(float(torch.stack(lat).abs().max()), img.std(), steps)


main(sys.argv[1])
