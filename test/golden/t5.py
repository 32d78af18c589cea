"""Golden token ids of T5's tokenizer with SentencePiece's own table of equal characters (nmt_nfkc, as T5's spiece.model has it).

    pip install sentencepiece
    python t5.py OUTDIR          after tokens.py: the 1,000 texts are those of tokens/clip-tokens.json

Trains a small Unigram model on the texts, because T5's own vocabulary is not ours to ship; the table is SentencePiece's. Writes spiece.model
and t5-tokens.json with the ids that transformers' T5Tokenizer gives.
"""
import json
import os
import sys

import sentencepiece
import transformers
from sentencepiece import sentencepiece_model_pb2
from transformers import T5Tokenizer

out = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
with open(f"{here}/tokens/clip-tokens.json") as file:
    texts = [case["text"] for case in json.load(file)["cases"]]
with open("/tmp/t5-texts.txt", "w", encoding="utf-8") as file:
    file.writelines(line + "\n" for text in texts for line in text.replace("\0", " ").splitlines() if line.strip())
sentencepiece.SentencePieceTrainer.train(
    input="/tmp/t5-texts.txt", model_prefix="/tmp/spiece", model_type="unigram", vocab_size=540, character_coverage=0.98,
    normalization_rule_name="nmt_nfkc", pad_id=0, eos_id=1, unk_id=2, bos_id=-1, num_threads=1, minloglevel=2)
with open("/tmp/spiece.model", "rb") as file:
    content = file.read()
model = sentencepiece_model_pb2.ModelProto.FromString(content)
tokenizer = T5Tokenizer(
    vocab=[(piece.piece, piece.score) for piece in model.pieces], extra_ids=0, additional_special_tokens=None,
    _spm_precompiled_charsmap=model.normalizer_spec.precompiled_charsmap, model_max_length=512)
# Characters that the table changes, or that only look as if it should.
texts += [
    "ｆｕｌｌ　ｗｉｄｔｈ ～ wave", "ﾊﾝｶｸ ｶﾞｷﾞ", "㍿ ㎏ ㏄ ½ ⑩ Ⅻ", "e\u0301 e\u0301\u0323 \u1e69 \u0344", "\u200bzero\u200cwidth\u200d\u2060\ufeff", "soft\u00adhyphen",
    "\u0007bell\u0085next\u2028line\u2029", "각 \u1100\u1161\u11a8", "ﬀ ﬃ ﷺ", "ℌ ℕ ™ ℡", "\u202eright to left\u202c", "🇫🇷🏳️‍🌈👩🏽‍🚀", "नमस्ते क़", "\u0e33 ำ", "a\u0300\u0301\u0302 Å Å", "¨ ´ ¸",
]
cases = [dict(text=text, ids=tokenizer(text).input_ids) for text in texts]
with open(f"{out}/spiece.model", "wb") as file:
    file.write(model.SerializeToString())
with open(f"{out}/t5-tokens.json", "w") as file:
    json.dump(dict(transformers=transformers.__version__, sentencepiece=sentencepiece.__version__, cases=cases), file, separators=(",", ":"))
print(len(cases), len(content), model.normalizer_spec.name, len(model.normalizer_spec.precompiled_charsmap))
