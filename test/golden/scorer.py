"""Golden scorer: a tiny random-weight CLIP with its tokenizer, and the scores transformers gives three pictures.

    python scorer.py OUTDIR

Uses pipelines.py beside it. Writes OUTDIR/model/scorer (the folder a user would have), pictures and expected.json.
"""
import os, sys
from pipelines import *
from transformers import CLIPConfig, CLIPModel, CLIPVisionConfig
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil


def main(out):
    shutil.rmtree(out, ignore_errors=True)
    scorer = f"{out}/model/scorer"
    tok = write_clip_tokenizer(f"{scorer}/tokenizer", "<|endoftext|>", True)
    text = CLIPTextConfig(vocab_size=len(VOCAB), hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
                          max_position_embeddings=77, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=EOS)
    vision = CLIPVisionConfig(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8)
    cfg = CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=12)
    cfg._attn_implementation = "eager"
    m = init(CLIPModel(cfg), 7, 1.3)
    m.logit_scale.data.fill_(3.0)
    processor = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    put_json(f"{scorer}/preprocessor_config.json", dict(crop_size=dict(height=32, width=32), size=dict(shortest_edge=32), resample=3,
             image_mean=processor.image_mean, image_std=processor.image_std, do_resize=True, do_center_crop=True))
    pictures = [picture(1, 64, 64), picture(2, 80, 48), picture(3, 24, 40)]
    for i, p in enumerate(pictures):
        p.save(f"{out}/picture_{i}.png")
    prompt = "a red fox in the snow"
    ids = tok([prompt], padding="max_length", max_length=77, truncation=True, return_tensors="pt")
    end = ids.input_ids.tolist()[0].index(EOS)
    mask = (torch.arange(77) <= end).long()[None]
    w = Wrap(lambda s, i, p, a: (lambda o: (o.logits_per_image, o.logits_per_text, o.text_embeds, o.image_embeds))(
        s.clip(input_ids=i, pixel_values=p, attention_mask=a)), clip=m)
    pixels = [processor(p, return_tensors="pt").pixel_values for p in pictures]
    with torch.no_grad():
        scores = [float(w(ids.input_ids, p, mask)[0]) for p in pixels]
    axes = {"input_ids": {0: "text_batch", 1: "sequence"}, "attention_mask": {0: "text_batch", 1: "sequence"}, "pixel_values": {0: "image_batch"},
            "logits_per_image": {0: "image_batch", 1: "text_batch"}, "logits_per_text": {0: "text_batch", 1: "image_batch"},
            "text_embeds": {0: "text_batch"}, "image_embeds": {0: "image_batch"}}
    export(w, (ids.input_ids, pixels[0], mask), f"{scorer}/model.onnx", ["input_ids", "pixel_values", "attention_mask"],
           ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"], axes)
    s = Session(f"{scorer}/model.onnx")
    for p, want in zip(pixels, scores):
        got = float(s(input_ids=ids.input_ids, pixel_values=p, attention_mask=mask)["logits_per_image"])
        assert abs(got - want) < 1e-4, (got, want)
    put_json(f"{out}/expected.json", dict(prompt=prompt, scores=scores, versions=versions()))
    print(scores)


main(sys.argv[1])
