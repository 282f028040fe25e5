"""What a decoder costs with transformers and PEFT, beside io.haori.benchmarks.speed.GenerationBenchmark and DecoderStepBenchmark. Prints
JSON lines.

    peer/bin/python decoder_peer.py --base FOLDER --what generation --rows 1,4,16
    peer/bin/python decoder_peer.py --base FOLDER --what step
"""
import argparse
import json
import resource
import statistics
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def generation(model, options):
    model.eval()

    def written(rows, prompt, tokens):
        ids = torch.randint(0, 256, (rows, prompt))
        with torch.inference_mode():
            model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=tokens,
                           min_new_tokens=tokens, use_cache=True, pad_token_id=0)

    prefill = statistics.median(seconds(lambda: written(1, 512, 1)) for _ in range(options.repeats))
    for rows in map(int, options.rows.split(",")):
        written(rows, options.prompt, 4)
        times = []
        for _ in range(options.repeats):
            first = seconds(lambda: written(rows, options.prompt, 1))
            times.append(seconds(lambda: written(rows, options.prompt, options.tokens + 1)) - first)
        median = statistics.median(times)
        print(json.dumps(dict(
            program="transformers", precision=options.precision, rows=rows, tokensPerSecond=round(rows * options.tokens / median, 2),
            prefillMs=round(1000 * prefill), peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)), flush=True)


def step(model, options):
    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM"))
    model.train()
    if options.checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=dict(use_reentrant=False))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    ids = torch.randint(0, 256, (options.batch, options.length))
    times = []
    for _ in range(options.steps):
        begin = time.perf_counter()
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        times.append(1000 * (time.perf_counter() - begin))
    times = sorted(times[2:])
    print(json.dumps(dict(
        program="peft", precision=options.precision, batch=options.batch, length=options.length,
        medianStepMs=round(times[len(times) // 2]), minStepMs=round(times[0]),
        peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--what", choices=["generation", "step"], required=True)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", default="1,4,16")
    parser.add_argument("--prompt", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--checkpointing", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dtype = torch.bfloat16 if options.precision == "bf16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(options.base, dtype=dtype, attn_implementation=options.attention)
    (generation if options.what == "generation" else step)(model, options)


if __name__ == "__main__":
    main()
