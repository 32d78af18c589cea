"""Golden numbers of Pillow's resize and torch's nearest interpolation.   usage: resample.py OUT.json [--seed 0]

Pictures are base64 of rows of pixels, channels interleaved; the source is uniform noise with black and white blocks, so
that overshoots are clipped."""
import argparse, base64, json
import numpy as np, PIL, torch
from PIL import Image

CASES = [  # width, height, channels, new width, new height
    (17, 13, 3, 9, 7), (17, 13, 3, 40, 31), (8, 8, 1, 64, 64), (64, 48, 3, 7, 5), (31, 1, 3, 10, 1), (12, 20, 3, 12, 11), (12, 20, 3, 5, 20),
    (33, 33, 3, 32, 32), (5, 5, 3, 224, 9), (100, 75, 1, 13, 74), (16, 16, 3, 16, 16), (1, 1, 3, 6, 4)]

def text(a): return base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()

if __name__ == '__main__':
    ap = argparse.ArgumentParser(); ap.add_argument('out'); ap.add_argument('--seed', type=int, default=0); a = ap.parse_args(); rng = np.random.default_rng(a.seed); out = []
    for w, h, c, nw, nh in CASES:
        x = rng.integers(0, 256, (h, w, c), dtype=np.uint8); x[: h // 3, : w // 2] = 255; x[h // 2:, w // 2:] = 0
        im = Image.fromarray(x[..., 0] if c == 1 else x)
        t = torch.from_numpy(x.transpose(2, 0, 1).astype(np.float32))[None]
        nearest = torch.nn.functional.interpolate(t, size=(nh, nw), mode='nearest')[0].numpy().transpose(1, 2, 0).astype(np.uint8)
        filters = dict(bilinear=Image.BILINEAR, bicubic=Image.BICUBIC, lanczos=Image.LANCZOS, pillow=Image.NEAREST)
        results = {k: text(np.asarray(im.resize((nw, nh), f))) for k, f in filters.items()}
        out.append(dict(width=w, height=h, channels=c, newWidth=nw, newHeight=nh, source=text(x), **results, torch=text(nearest)))
    json.dump(dict(pillow=PIL.__version__, torch=torch.__version__, cases=out), open(a.out, 'w'), separators=(',', ':')); print(len(out), 'cases')
