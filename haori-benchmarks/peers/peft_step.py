"""Times one training step of LoRA or DoRA with PEFT on PyTorch, or with --classify one pass that answers: MiniLM's shape,
random full-length rows.

Prints one JSON line with the median and the least milliseconds of a step and the peak resident set.
"""
import argparse
import json
import resource
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertForSequenceClassification


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--method", choices=["lora-qv", "lora-all", "dora-qv", "dora-all"],
                        default="lora-qv")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="eager")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--classify", action="store_true", help="answer rows instead of learning from them")
    parser.add_argument("--compile", action="store_true",
                        help="torch.compile; the first steps, which compile, are timed apart")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    config._attn_implementation = options.attention
    targets = (["query", "value"] if options.method.endswith("-qv")
               else r".*encoder.*(query|key|value|dense)")
    model = get_peft_model(
        BertForSequenceClassification(config),
        LoraConfig(r=8, lora_alpha=16, target_modules=targets, modules_to_save=["classifier"],
                   use_dora=options.method.startswith("dora")))
    if options.precision == "bf16":
        model = model.to(torch.bfloat16)
    model.train(not options.classify)
    if options.compile:
        model = torch.compile(model)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    ids = torch.randint(1000, 30000, (options.batch, options.length))
    mask = torch.ones_like(ids)
    labels = torch.randint(0, 2, (options.batch,))
    times = []
    for _ in range(options.steps):
        begin = time.perf_counter()
        if options.classify:
            with torch.inference_mode():
                model(input_ids=ids, attention_mask=mask).logits.softmax(-1)
        else:
            model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        times.append(1000 * (time.perf_counter() - begin))
    first = sum(times[:2])
    times = sorted(times[2:])
    print(json.dumps(dict(
        program="peft", compiled=options.compile, firstTwoStepsMs=round(first), medianStepMs=round(times[len(times) // 2]), minStepMs=round(times[0]),
        peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)))


if __name__ == "__main__":
    main()
