"""Times one training step of LoRA with PEFT and transformers on a random base of the shape of ViT-small (see
io.haori.benchmarks.speed.PictureStepBenchmark): pictures of 224 x 224 pixels in patches of 16, 12 layers of 384, 6 heads.

Prints one JSON line with the median and the least milliseconds of a step and the peak resident set.
"""
import argparse
import json
import resource
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import ViTConfig, ViTForImageClassification


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--targets", choices=["qv", "all"], default="all")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    config = ViTConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=6, intermediate_size=1536, image_size=224,
                       patch_size=16, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, num_labels=10)
    config._attn_implementation = options.attention
    base = ViTForImageClassification(config)
    # transformers 5 calls the layers q_proj ... fc2, transformers 4 query ... dense.
    later = any(name.endswith("q_proj") for name, _ in base.named_modules())
    names = dict(qv=["q_proj", "v_proj"], all=["q_proj", "k_proj", "v_proj", "o_proj", "fc1", "fc2"]) if later else \
        dict(qv=["query", "value"], all=["query", "key", "value", "dense"])
    model = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules=names[options.targets],
                                            modules_to_save=["classifier"]))
    if options.precision == "bf16":
        model = model.to(torch.bfloat16)
    model.train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    pixels = (torch.rand(options.batch, 3, 224, 224) * 2 - 1).to(next(model.parameters()).dtype)
    labels = torch.randint(0, 10, (options.batch,))
    times = []
    for _ in range(options.steps):
        begin = time.perf_counter()
        model(pixel_values=pixels, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        times.append(1000 * (time.perf_counter() - begin))
    times = sorted(times[2:])
    median = times[len(times) // 2]
    print(json.dumps(dict(
        program="peft", shape="vit-small", targets=options.targets, precision=options.precision, attention=options.attention,
        batch=options.batch, medianStepMs=round(median), minStepMs=round(times[0]),
        picturesPerSecond=round(1000 * options.batch / median, 1),
        peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)))


if __name__ == "__main__":
    main()
