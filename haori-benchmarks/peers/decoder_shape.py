"""Writes a random decoder of the shape of Qwen3-0.6B, or a smaller one, which Haori and the peer then both read: what a step or a
further token costs does not depend on the values. Its tokenizer has a token for each byte, so a text of n ASCII letters is n tokens.

    peer/bin/python decoder_shape.py --out FOLDER [--layers 28] [--dtype bfloat16]
"""
import argparse

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--layers", type=int, default=28)
    parser.add_argument("--dtype", default="bfloat16")
    options = parser.parse_args()
    torch.manual_seed(0)
    config = Qwen3Config(vocab_size=151936, hidden_size=1024, intermediate_size=3072, num_hidden_layers=options.layers,
                         num_attention_heads=16, num_key_value_heads=8, head_dim=128, tie_word_embeddings=True,
                         max_position_embeddings=40960, rope_theta=1000000.0, bos_token_id=None, eos_token_id=None)
    model = Qwen3ForCausalLM(config).to(getattr(torch, options.dtype))
    model.generation_config.eos_token_id = None
    model.save_pretrained(options.out)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(options.out)


if __name__ == "__main__":
    main()
