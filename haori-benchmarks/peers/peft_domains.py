"""Learns one LoRA a domain with PEFT on PyTorch, one domain after another on one base.

The base has random weights, which cost the same as trained ones: BERT's shape for masked-LM, MiniLM's
for simcse, that of a decoder's folder for causal. For masked-LM texts are packed into full rows, as Haori
packs them; for simcse each text is read twice under dropout, padded to the longest of its batch; for causal
every token but a text's first is predicted. Prints one JSON line with the real tokens a
second over all domains, each text's once, and the peak memory over what the loaded base took.
"""
import argparse
import json
import os
import resource
import time

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForCausalLM, BertConfig, BertForMaskedLM, BertModel


def packed(tokenizer, file, length):
    """Rows of exactly `length` tokens: texts one after another, each closed by [SEP]."""
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    stream = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            stream += tokenizer.encode(text, add_special_tokens=False).ids + [sep]
    body = length - 1
    rows = [[cls] + stream[i:i + body] for i in range(0, len(stream) - body + 1, body)]
    return torch.tensor(rows)


def single(tokenizer, file, length):
    """One row a text."""
    with open(file, encoding="utf-8") as lines:
        return [torch.tensor(tokenizer.encode(json.loads(line)["text"]).ids[:length]) for line in lines]


def masked_step(model, rows, batch, mask_id):
    ids = rows[torch.randint(0, len(rows), (batch,))]
    chosen = torch.rand(ids.shape) < 0.15
    labels = torch.where(chosen, ids, -100)
    loss = model(input_ids=torch.where(chosen, mask_id, ids), attention_mask=torch.ones_like(ids), labels=labels).loss
    return loss, ids.numel()


def contrastive_step(model, rows, batch):
    """Gao, Yao, Chen 2021, arXiv 2104.08821: two readings of a text find each other."""
    texts = [rows[i] for i in torch.randint(0, len(rows), (batch,))]
    ids = torch.nn.utils.rnn.pad_sequence(texts + texts, batch_first=True)
    mask = (ids != 0).long()
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    vectors = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    unit = torch.nn.functional.normalize(vectors)
    scores = unit[:batch] @ unit[batch:].T / 0.05
    return torch.nn.functional.cross_entropy(scores, torch.arange(batch)), int(mask.sum()) // 2


def causal_step(model, rows, batch):
    texts = [rows[i] for i in torch.randint(0, len(rows), (batch,))]
    ids = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(text) for text in texts], batch_first=True)
    loss = model(input_ids=ids, attention_mask=mask, labels=torch.where(mask == 1, ids, -100)).loss
    return loss, int(mask.sum())


def causal_base(folder):
    config = AutoConfig.from_pretrained(folder)
    config.use_cache = False
    return AutoModelForCausalLM.from_config(config)


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--corpora", required=True)
    parser.add_argument("--objective", choices=["mlm", "simcse", "causal"], default="mlm")
    parser.add_argument("--base", help="a decoder's folder, for causal")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.steps < 3:
        parser.error(f"--steps must be at least 3, as the first two of a domain are not timed, got {options.steps}")
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(options.tokenizer)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    mask_id = tokenizer.token_to_id("[MASK]")
    if options.objective == "causal":
        base, targets = causal_base(options.base), "all-linear"
    else:
        masked = options.objective == "mlm"
        config = (BertConfig(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0) if masked else
                  BertConfig(hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0, hidden_size=384,
                             num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536))
        config._attn_implementation = "eager"
        base = BertForMaskedLM(config) if masked else BertModel(config, add_pooling_layer=False)
        targets = r".*encoder.*(query|key|value|dense)"
    if options.precision == "bf16":
        base = base.to(torch.bfloat16)
    loaded = resident()
    tokens, seconds, model = 0, 0.0, None
    for file in options.corpora.split(","):
        rows = (packed if options.objective == "mlm" else single)(tokenizer, file, options.length)
        if model is not None:
            base = model.unload()
        model = get_peft_model(base, LoraConfig(
            r=8, lora_alpha=16, target_modules=targets))
        model.train()
        optimizer = torch.optim.AdamW(
            [p for p in model.parameters() if p.requires_grad], lr=1e-3)
        for step in range(options.steps):
            if step == 2:
                begin = time.perf_counter()
            if options.objective == "mlm":
                loss, read = masked_step(model, rows, options.batch, mask_id)
            elif options.objective == "causal":
                loss, read = causal_step(model, rows, options.batch)
            else:
                loss, read = contrastive_step(model, rows, options.batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            tokens += read if step >= 2 else 0
        seconds += time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(
        program="peft", domains=len(options.corpora.split(",")),
        tokensPerSecond=round(tokens / seconds), loadedMb=round(loaded),
        overMb=round(peak - loaded))))


if __name__ == "__main__":
    main()
