"""Golden numbers for Arrow: python make_arrow.py BERT_CLASSIFICATION OUT

BERT_CLASSIFICATION is the tiny random model golden/models/bert-classification of haori-testkit. OUT gets three
LoRA modules as peft (0.21) writes them, and io.safetensors with inputs and the last states that peft's own
Arrow (create_arrow_model) computes with them; "numpy.*" are prototypes and one layer's update from the paper's
formulas. The modules have one strong direction each, so that peft's fifteen power iterations have converged.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora.config import ArrowConfig
from peft.tuners.lora.arrow import create_arrow_model
from safetensors.torch import save_file
from transformers import BertForSequenceClassification

MODULES, RANK, TOP, TEMPERATURE = 3, 2, 2, 0.7
torch.set_num_threads(1)
folder, out = sys.argv[1], Path(sys.argv[2])


def base():
    model = BertForSequenceClassification.from_pretrained(folder).bert
    return model.eval()


generator = torch.Generator().manual_seed(5)
for k in range(MODULES):
    model = get_peft_model(
        base(), LoraConfig(r=RANK, lora_alpha=3, lora_dropout=0.0, target_modules=["query", "value"])
    )
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            value = torch.randn(parameter.shape, generator=generator) * 0.4
            if "lora_A" in name:
                value[0] *= 4  # one strong direction
            parameter.data.copy_(value)
    model.peft_config["default"].base_model_name_or_path = "bert-classification"
    model.save_pretrained(out / f"m{k}")

ids = torch.randint(5, 96, (3, 8), generator=generator)
lengths = torch.tensor([8, 5, 8])
mask = (torch.arange(8)[None] < lengths[:, None]).long()
arrow = ArrowConfig(top_k=TOP, router_temperature=TEMPERATURE, rng_seed=1)
model = create_arrow_model(base(), [str(out / f"m{k}") for k in range(MODULES)], arrow).eval()
with torch.no_grad():
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    plain = base()(input_ids=ids, attention_mask=mask).last_hidden_state
io = {
    "in.ids": ids,
    "in.lengths": lengths,
    "out.states": states[mask.bool()].contiguous(),
    "out.plain": plain[mask.bool()].contiguous(),
}

# One layer by the formulas: x [n, i] goes to the top modules by |x v|.
slot = "encoder.layer.0.attention.self.query"
from safetensors.numpy import load_file

x = torch.randn(6, 32, generator=generator).numpy().astype(float)
scores, deltas, prototypes = [], [], []
for k in range(MODULES):
    tensors = load_file(out / f"m{k}" / "adapter_model.safetensors")
    a = tensors[f"base_model.model.{slot}.lora_A.weight"].astype(float)
    b = tensors[f"base_model.model.{slot}.lora_B.weight"].astype(float)
    v = np.linalg.svd(1.5 * b @ a)[2][0]
    prototypes.append(v)
    scores.append(np.abs(x @ v))
    deltas.append(x @ (1.5 * b @ a).T)
scores = np.stack(scores, 1)
for top in (1, 2, 3):
    keep = np.argsort(-scores, axis=1)[:, :top]
    g = np.zeros_like(scores)
    np.put_along_axis(g, keep, np.exp(np.take_along_axis(scores, keep, 1) / TEMPERATURE), 1)
    g /= g.sum(1, keepdims=True)
    update = sum(g[:, k : k + 1] * deltas[k] for k in range(MODULES))
    io[f"numpy.update.{top}"] = torch.from_numpy(update.astype(np.float32))
io["in.x"] = torch.from_numpy(x.astype(np.float32))
save_file(io, out / "io.safetensors")
