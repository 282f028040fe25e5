"""Golden numbers of vision transformers by transformers, PEFT and torch, on tiny random models: see
io.haori.model.backbone.GoldenPictureTest and io.haori.adapter.lora.GoldenVisionTest.

Each folder holds config.json and model.safetensors (or PEFT's two files) and io.safetensors with
  in.*    pixels after preprocessing, labels     out.*   hidden states, pooled vectors, logits, loss (fp32, no dropout)
  grad.*  d loss / d parameter                   step.*  parameters after one step of AdamW (lr 1e-3, weight decay 0.01)
out.other.* is of in.other: pictures of another size, for which positions are interpolated.

Usage: python vision_golden.py OUT      (adds folders under OUT/models and OUT/adapters)
"""
import copy
import json
import re
import shutil
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import (DeiTConfig, DeiTForImageClassification, DeiTForImageClassificationWithTeacher, DeiTModel, Dinov2Config,
                          Dinov2ForImageClassification, Dinov2WithRegistersConfig, Dinov2WithRegistersForImageClassification,
                          ViTConfig, ViTForImageClassification, ViTModel)

torch.set_num_threads(1)
OUT = Path(sys.argv[1])
B, H = 3, 32
shape = dict(hidden_size=H, num_hidden_layers=2, num_attention_heads=4, hidden_dropout_prob=0., attention_probs_dropout_prob=0.,
             image_size=16, patch_size=4, attn_implementation='eager')
labels = torch.tensor([0, 2, 1])
pixels = torch.randn(B, 3, 16, 16, generator=torch.Generator().manual_seed(11))
larger = torch.randn(2, 3, 24, 20, generator=torch.Generator().manual_seed(12))
smaller = torch.randn(2, 3, 8, 12, generator=torch.Generator().manual_seed(13))


def randomize(model, seed):
    """No parameter stays at zero or one: a transposed, swapped or forgotten one must show."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for n, p in model.named_parameters():
            around_one = ('norm' in n and n.endswith('weight')) or n.endswith('lambda1')
            p.copy_(torch.randn(p.shape, generator=g) * 0.2 + (1.0 if around_one else 0.0))
    return model.train()


def save(io, folder):
    save_file({k: v.detach().contiguous().clone() for k, v in io.items()}, folder / 'io.safetensors')


def read(model, pixel_values):
    body = getattr(model, 'base_model', model)
    more = {} if 'dinov2' in model.config.model_type else dict(interpolate_pos_encoding=True)
    return body(pixel_values=pixel_values, output_hidden_states=True, **more)


def base(name, model, supervised=True):
    d = OUT / 'models' / name
    model.save_pretrained(d)
    io = {'in.pixel_values': pixels, 'in.labels': labels, 'in.larger': larger, 'in.smaller': smaller}
    with torch.no_grad():
        out = read(model, pixels)
        io |= {f'out.hidden.{i}': h for i, h in enumerate(out.hidden_states)}
        io['out.last'] = out.last_hidden_state
        io['out.larger'] = read(model, larger).last_hidden_state
        io['out.smaller'] = read(model, smaller).last_hidden_state
        if out.pooler_output is not None:
            io['out.pooled'] = out.pooler_output
        if supervised:
            io['out.logits'] = model(pixel_values=pixels).logits
    save(io, d)
    return model


def relevance(model, pictures):
    """Of each token for the first token's answer: attention times its gradient through the layers (arXiv 2103.15679)."""
    model.eval()
    out = model(pixel_values=(pictures / 255 - 0.5) / 0.5, output_attentions=True)
    for attention in out.attentions:
        attention.retain_grad()
    out.logits.log_softmax(-1).max(-1).values.sum().backward()
    all_tokens = torch.eye(out.attentions[0].shape[-1]).expand(len(pictures), -1, -1)
    for attention in out.attentions:
        positive = (attention * attention.grad).clamp(min=0).mean(1)
        all_tokens = all_tokens + positive @ all_tokens
    model.zero_grad()
    return out.logits.argmax(-1), all_tokens[:, 0]


def explain(name, model):
    file = OUT / 'models' / name / 'io.safetensors'
    pictures = torch.randint(0, 256, (B, 3, 16, 16), generator=torch.Generator().manual_seed(14)).float()
    answers, tokens = relevance(model, pictures)
    save({**load_file(file), 'in.pictures': pictures, 'out.answers': answers, 'out.relevance': tokens}, file.parent)


vit = randomize(ViTForImageClassification(ViTConfig(**shape, intermediate_size=64, num_labels=3)), 10)
base('vit-pooler', randomize(ViTModel(ViTConfig(**shape, intermediate_size=64)), 70), supervised=False)
explain('vit-sizes', base('vit-sizes', randomize(ViTForImageClassification(ViTConfig(**shape, intermediate_size=64, qkv_bias=False, num_labels=3)), 71)))
deit = dict(**shape, intermediate_size=64)
base('deit-classification', randomize(DeiTForImageClassification(DeiTConfig(**deit, num_labels=3)), 72))
base('deit-teacher', randomize(DeiTForImageClassificationWithTeacher(DeiTConfig(**deit, num_labels=3)), 73))
dino = dict(**shape, mlp_ratio=2, num_labels=3)
dinov2 = base('dinov2-classification', randomize(Dinov2ForImageClassification(Dinov2Config(**dino)), 74))
dinov2_gated = base('dinov2-swiglu', randomize(Dinov2ForImageClassification(Dinov2Config(**dino, use_swiglu_ffn=True)), 75))
registers = dict(**dino, num_register_tokens=3)
base('dinov2-registers', randomize(Dinov2WithRegistersForImageClassification(Dinov2WithRegistersConfig(**registers)), 76))
base('dinov2-registers-swiglu',
     randomize(Dinov2WithRegistersForImageClassification(Dinov2WithRegistersConfig(**registers, use_swiglu_ffn=True)), 77))

# Names of the files that hold these models, which modules had until transformers 5 as well.
FILE_NAMES = [(r'\blayers\.(\d+)\.', r'encoder.layer.\1.'), (r'\blayer\.(\d+)\.mlp\.fc1', r'layer.\1.intermediate.dense'),
              (r'\blayer\.(\d+)\.mlp\.fc2', r'layer.\1.output.dense'), (r'attention\.q_proj', 'attention.attention.query'),
              (r'attention\.k_proj', 'attention.attention.key'), (r'attention\.v_proj', 'attention.attention.value'),
              (r'attention\.o_proj', 'attention.output.dense')]


def file_name(name):
    """Layers of DINOv2 are called fc1 and fc2 in its files, too."""
    for pattern, name_there in FILE_NAMES[3:] if 'dinov2' in name else FILE_NAMES:
        name = re.sub(pattern, name_there, name)
    return name


def adapter(name, model, config, seed):
    m = get_peft_model(copy.deepcopy(model), config)
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for n, p in m.named_parameters():
            if p.requires_grad and 'lora_' in n:
                noise = torch.randn(p.shape, generator=g) * 0.15
                p.copy_(p + noise.abs() if 'magnitude' in n else noise)
    d = OUT / 'adapters' / name
    m.save_pretrained(d)
    m.train()
    params = [(n, p) for n, p in m.named_parameters() if p.requires_grad]
    out = m(pixel_values=pixels, labels=labels)
    out.loss.backward()
    io = {'in.pixel_values': pixels, 'in.labels': labels, 'out.logits': out.logits, 'out.loss': out.loss.reshape(1)}
    io |= {f'grad.{n}': p.grad.clone() for n, p in params}
    saved = [p.detach().clone() for _, p in params]
    torch.optim.AdamW([p for _, p in params], lr=1e-3, weight_decay=0.01).step()
    io |= {f'step.{n}': p.detach().clone() for n, p in params}
    with torch.no_grad():
        for (_, p), s in zip(params, saved):
            p.copy_(s)
        io['out.merged_logits'] = copy.deepcopy(m).merge_and_unload().eval()(pixel_values=pixels).logits
    save({file_name(k): v for k, v in io.items()}, d)
    if 'swiglu' in name:
        return
    # The adapter as transformers 4 names its modules; with the names of transformers 5 in a folder beside it.
    shutil.copytree(d, d.with_name(name + '-by-5'), ignore=shutil.ignore_patterns('README.md', 'io.safetensors'))
    file = d / 'adapter_model.safetensors'
    tensors = load_file(file)
    save_file({file_name(k): v for k, v in tensors.items()}, file, metadata={'format': 'pt'})
    config = d / 'adapter_config.json'
    settings = json.loads(config.read_text())
    settings['target_modules'] = sorted(settings['target_modules'])
    names = dict(q_proj='query', k_proj='key', v_proj='value', o_proj='attention.output.dense')
    names |= dict(fc1='fc1', fc2='fc2') if 'dinov2' in name else dict(fc1='intermediate.dense', fc2='output.dense')
    settings['target_modules'] = sorted(names[k] for k in settings['target_modules'])
    config.write_text(json.dumps(settings, indent=2, sort_keys=True))


adapter('vit-lora-all', vit, LoraConfig(r=4, lora_alpha=8, target_modules=['q_proj', 'k_proj', 'v_proj', 'o_proj', 'fc1', 'fc2'],
                                        modules_to_save=['classifier']), 80)
adapter('vit-dora-qv', vit, LoraConfig(r=4, lora_alpha=8, target_modules=['q_proj', 'v_proj'], use_dora=True,
                                       modules_to_save=['classifier']), 81)
adapter('dinov2-lora-all', dinov2, LoraConfig(r=4, lora_alpha=8, target_modules=['q_proj', 'k_proj', 'v_proj', 'o_proj', 'fc1', 'fc2'],
                                              modules_to_save=['classifier']), 82)
adapter('dinov2-dora-qv', dinov2, LoraConfig(r=4, lora_alpha=8, target_modules=['q_proj', 'v_proj'], use_dora=True,
                                             modules_to_save=['classifier']), 83)
# Its first matrix of the feed-forward part is two modules in memory, so the adapter exists under the names of transformers 5 alone.
adapter('dinov2-swiglu-lora-all', dinov2_gated,
        LoraConfig(r=4, lora_alpha=8, target_modules=['q_proj', 'v_proj', 'gate_proj', 'up_proj', 'down_proj'],
                   modules_to_save=['classifier']), 84)
adapter('dinov2-swiglu-dora-gate', dinov2_gated,
        LoraConfig(r=3, lora_alpha=6, target_modules=['gate_proj', 'up_proj'], use_dora=True, modules_to_save=['classifier']), 85)
