"""Golden Sana: a case of pipelines.py's form for SanaPipeline (Gemma with its instruction, deep-compression autoencoder, flow DPM-Solver).

    python sana.py OUTDIR
"""
import sys
from pipelines import *
from diffusers import AutoencoderDC, DPMSolverMultistepScheduler, SanaPipeline, SanaTransformer2DModel
from transformers import Gemma2Config, Gemma2Model, GemmaTokenizer


def write_gemma_tokenizer(folder):
    """A BPE with byte fallback and spaces as U+2581, as Gemma's; it begins a text with <bos> and ends it with nothing."""
    os.makedirs(folder, exist_ok=True)
    words = collections.Counter()
    for i, w in enumerate(WORDS):
        words[tuple("\u2581" + w)] += 3 + (len(WORDS) - i) % 5
    merges = []
    while len(merges) < 160:
        pairs = collections.Counter()
        for w, c in words.items():
            for p in zip(w, w[1:]):
                pairs[p] += c
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        new = collections.Counter()
        for w, c in words.items():
            out, i = [], 0
            while i < len(w):
                if i + 1 < len(w) and (w[i], w[i + 1]) == best:
                    out.append(w[i] + w[i + 1]); i += 2
                else:
                    out.append(w[i]); i += 1
            new[tuple(out)] += c
        words = new
    chars = sorted(set("\u2581abcdefghijklmnopqrstuvwxyz0123456789.,'-:>&") | {c for m in merges for c in "".join(m)})
    tokens = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"] + [f"<0x{b:02X}>" for b in range(256)] + chars
    tokens += [t for t in ("".join(m) for m in merges) if t not in tokens]
    tok = GemmaTokenizer(vocab={t: i for i, t in enumerate(tokens)}, merges=merges, model_max_length=2048)
    tok.backend_tokenizer.save(f"{folder}/tokenizer.json", pretty=False)
    with open(f"{folder}/tokenizer_config.json", "w") as f:
        json.dump(dict(bos_token="<bos>", eos_token="<eos>", pad_token="<pad>", unk_token="<unk>", add_bos_token=True, add_eos_token=False,
                       model_max_length=2048, tokenizer_class="GemmaTokenizer"), f, indent=2); f.write("\n")
    return tok, len(tokens)


def make_gemma(seed, vocab):
    cfg = Gemma2Config(vocab_size=vocab, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
                       head_dim=16, max_position_embeddings=2048, pad_token_id=0, eos_token_id=1, bos_token_id=2, attn_implementation="eager")
    return init(Gemma2Model(cfg), seed, 1.0)


def make_dc_vae(seed):
    v = AutoencoderDC(latent_channels=8, attention_head_dim=4, encoder_block_types=("ResBlock",) * 5 + ("EfficientViTBlock",),
                      decoder_block_types=("ResBlock",) * 5 + ("EfficientViTBlock",), encoder_block_out_channels=(4, 4, 4, 8, 8, 8),
                      decoder_block_out_channels=(4, 4, 4, 8, 8, 8), encoder_layers_per_block=(1,) * 6, decoder_layers_per_block=(1,) * 6,
                      encoder_qkv_multiscales=((), (), (), (), (), (5,)), decoder_qkv_multiscales=((), (), (), (), (), (5,)), scaling_factor=0.41407)
    init(v, seed, 1.2)
    with torch.no_grad():
        y = v.decode(torch.randn((2, 8, 3, 2), generator=torch.Generator().manual_seed(seed)) / 0.41407, return_dict=False)[0]
        scale_layer(v.decoder.conv_out, float(0.45 / y.std()))
    return v


def main(out):
    shutil.rmtree(out, ignore_errors=True)
    M = f"{out}/model"
    tok, n = write_gemma_tokenizer(f"{M}/tokenizer")
    te, vae = make_gemma(81, n), make_dc_vae(82)
    tr = init(SanaTransformer2DModel(in_channels=8, out_channels=8, num_attention_heads=4, attention_head_dim=8, num_layers=2,
                                     num_cross_attention_heads=4, cross_attention_head_dim=8, cross_attention_dim=32, caption_channels=32,
                                     sample_size=4, patch_size=1, mlp_ratio=2.0), 83, 1.0)
    with torch.no_grad():
        g = torch.Generator().manual_seed(1)
        y = tr(torch.randn((2, 8, 3, 2), generator=g), encoder_hidden_states=torch.randn((2, 20, 32), generator=g), timestep=torch.tensor([500., 500.]),
               encoder_attention_mask=torch.ones(2, 20), return_dict=False)[0]
        scale_layer(tr.proj_out, float(1.0 / y.std()))
    sched = DPMSolverMultistepScheduler(num_train_timesteps=1000, beta_start=0.0001, beta_end=0.02, beta_schedule="linear", solver_order=2,
                                        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    pipe = SanaPipeline(tokenizer=tok, text_encoder=te, vae=vae, transformer=tr, scheduler=sched)
    pipe.set_progress_bar_config(disable=True)
    case = dict(name="sana", seed=[41, 42], call=dict(prompt=" A Fox in the Snow  ", negative_prompt="dark", height=96, width=64, num_inference_steps=6, guidance_scale=4.5,
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
    # Gemma with its mask; the masks of both kinds of layer are the same here: no text is as long as the window.
    def gemma(s, ids, mask):
        length = ids.shape[1]
        rows = torch.arange(length)
        seen = (rows[None, :] <= rows[:, None])[None, None] & (mask[:, None, None, :] > 0)
        bias = torch.where(seen, torch.tensor(0.0), torch.tensor(torch.finfo(torch.float32).min))
        return s.encoder(ids, attention_mask=dict(full_attention=bias, sliding_attention=bias), use_cache=False)[0]
    w = Wrap(gemma, encoder=te)
    ids = torch.randint(5, n, (2, 40)); mask = torch.ones(2, 40, dtype=torch.int64); mask[:, 20:] = 0
    export(w, (ids, mask), f"{M}/text_encoder/model.onnx", ["input_ids", "attention_mask"], ["last_hidden_state"],
           {k: {0: "batch_size", 1: "sequence_length"} for k in ("input_ids", "attention_mask", "last_hidden_state")})
    s = Session(f"{M}/text_encoder/model.onnx")
    long = torch.randint(5, n, (1, 300)); part = torch.ones(1, 300, dtype=torch.int64); part[:, 211:] = 0
    with torch.no_grad():
        print("text", worst(s(input_ids=long, attention_mask=part), dict(last_hidden_state=te(long, attention_mask=part)[0])))
    names = ["hidden_states", "encoder_hidden_states", "timestep", "encoder_attention_mask"]
    w = Wrap(lambda s, h, e, t, a: s.transformer(h, encoder_hidden_states=e, timestep=t, encoder_attention_mask=a, return_dict=False)[0], transformer=tr)
    args = lambda b, h, wd, k: (torch.randn(b, 8, h, wd), torch.randn(b, k, 32), torch.tensor([500.0] * b), torch.cat([torch.ones(b, 9), torch.zeros(b, k - 9)], 1))
    axes = {"hidden_states": {0: "batch_size", 2: "height", 3: "width"}, "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"},
            "timestep": {0: "batch_size"}, "encoder_attention_mask": {0: "batch_size", 1: "sequence_length"}, "out_hidden_states": {0: "batch_size", 2: "height", 3: "width"}}
    export(w, args(2, 4, 4, 40), f"{M}/transformer/model.onnx", names, ["out_hidden_states"], axes)
    s = Session(f"{M}/transformer/model.onnx")
    a = args(3, 3, 2, 40)
    with torch.no_grad():
        print("transformer", worst(s(**dict(zip(names, a))), dict(out_hidden_states=w(*a))))
    w = Wrap(lambda s, z: s.vae.decode(z, return_dict=False)[0], vae=vae)
    # the exporter writes movedim to the last axis as a negative one, which onnxruntime refuses
    movedim = torch.Tensor.movedim
    def positive(x, a, b):
        order = [i for i in range(x.dim()) if i != a % x.dim()]
        order.insert(b % x.dim(), a % x.dim())
        return x.permute(order)
    torch.Tensor.movedim = positive
    export(w, (torch.randn(2, 8, 4, 4),), f"{M}/vae_decoder/model.onnx", ["latent_sample"], ["sample"],
           {"latent_sample": {0: "batch_size", 2: "height_latent", 3: "width_latent"}, "sample": {0: "batch_size", 2: "height", 3: "width"}})
    torch.Tensor.movedim = movedim
    s = Session(f"{M}/vae_decoder/model.onnx")
    z = torch.randn(1, 8, 3, 2)
    with torch.no_grad():
        print("decoder", worst(s(latent_sample=z), dict(sample=w(z))))
    sched.save_config(f"{M}/scheduler")
    for k, m in dict(transformer=tr, text_encoder=te, vae_decoder=vae).items():
        config_for(m, f"{M}/{k}")
    pipe.save_config(M)
    save(f"{out}/initial_noise.npy", torch.cat(rng[:2])); save(f"{out}/step0_latents.npy", first[0]); save(f"{out}/latents.npy", torch.stack(lat))
    save(f"{out}/final_latents.npy", lat[-1]); save(f"{out}/image.npy", img)
    for i, x in enumerate(img):
        png(x, f"{out}/image_{i}.png")
    put_json(f"{out}/expected.json", clean(dict(case="sana", about="Sana: Gemma with diffusers' instruction before the prompt, a mask, 32 pixels per cell", family="sana", kind="txt2img", pipeline_class="SanaPipeline",
             export_style="optimum-1.24", seed=case["seed"], call=case["call"], timesteps=steps,
             scheduler=dict(class_name="DPMSolverMultistepScheduler", config=dict(sched.config)), scaling_factor=0.41407, shift_factor=None,
             token_ids={"tokenizer": {x: tok(x).input_ids for x in (case["call"]["prompt"].lower().strip(), "naïve 狐 fog")}},
             tolerance=dict(latents=1e-3, image=1 / 255), versions=versions())))
    print(float(torch.stack(lat).abs().max()), img.std(), steps)


main(sys.argv[1])
