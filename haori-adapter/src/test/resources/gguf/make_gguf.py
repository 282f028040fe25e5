"""Writes the GGUF adapters of these tests with llama.cpp's own Python package (gguf 0.19.0).

    python make_gguf.py GOLDEN      # the folder golden of haori-testkit's resources

What llama.cpp's convert_lora_to_gguf.py does to a tensor is written down here again: the names, and
for the architecture llama the order of the rows of queries and keys.
"""
import json
import pathlib
import sys

import gguf
import numpy as np
from safetensors.numpy import load_file

GOLDEN = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent
NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output",
    "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down",
}


def permute(weights, heads):
    """Of llama.cpp: rows of the two halves of a head alternate."""
    return (weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
            .swapaxes(1, 2).reshape(weights.shape))


def tensors(adapter, base, architecture):
    config = json.loads((GOLDEN / "models" / base / "config.json").read_text())
    for name, tensor in sorted(load_file(GOLDEN / "adapters" / adapter / "adapter_model.safetensors").items()):
        parts = name.removeprefix("base_model.model.").split(".")
        at = next(i for i, part in enumerate(parts) if part.isdigit())
        layer = NAMES[".".join(parts[at + 1:-2])]
        kind = {"lora_A": "lora_a", "lora_B": "lora_b"}[parts[-2]]
        heads = {"attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"}.get(layer)
        if architecture == "llama" and heads and kind == "lora_b":
            tensor = permute(tensor, config[heads])
        yield f"blk.{parts[at]}.{layer}.weight.{kind}", np.ascontiguousarray(tensor)


def write(file, architecture, alpha, items):
    writer = gguf.GGUFWriter(HERE / file, architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for name, tensor, kind in items:
        data = tensor if kind is None else gguf.quants.quantize(tensor, kind)
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


for adapter, base, architecture in [
    ("llama-lora-all", "llama-causal", "llama"),
    ("qwen3-lora-all", "qwen3-causal", "qwen3"),
    ("gpt2-lora-all", "gpt2-causal-2", "gpt2"),
]:
    alpha = json.loads((GOLDEN / "adapters" / adapter / "adapter_config.json").read_text())["lora_alpha"]
    write(f"{adapter}.gguf", architecture, float(alpha),
          [(name, tensor, None) for name, tensor in tensors(adapter, base, architecture)])

# Two layers of different ranks in the two half-wide types, without an alpha.
numbers = np.arange(-64, 64, dtype=np.float32) / 8
types = gguf.GGMLQuantizationType
write("half.gguf", "llama", 0.0, [
    ("blk.0.attn_v.weight.lora_a", numbers[:64].reshape(2, 32), types.F16),
    ("blk.0.attn_v.weight.lora_b", numbers[64:96].reshape(16, 2), types.BF16),
    ("blk.1.attn_v.weight.lora_a", numbers[:96].reshape(3, 32), types.BF16),
    ("blk.1.attn_v.weight.lora_b", numbers[80:].reshape(16, 3), types.F16),
])
write("quantised.gguf", "llama", 8.0, [
    ("blk.0.attn_v.weight.lora_a", numbers[:64].reshape(2, 32), types.Q8_0),
    ("blk.0.attn_v.weight.lora_b", numbers[64:96].reshape(16, 2), None),
])
