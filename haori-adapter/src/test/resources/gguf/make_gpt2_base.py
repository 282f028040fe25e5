"""Writes a GPT-2 base as llama.cpp's convert_hf_to_gguf.py does: its names from gguf's own map, matrices turned.

python make_gpt2_base.py FOLDER OUT.gguf     (pip install gguf safetensors numpy)
"""
import json, sys
from pathlib import Path
import gguf
from safetensors.numpy import load_file

folder, out = Path(sys.argv[1]), sys.argv[2]
config = json.loads((folder / "config.json").read_text())
names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.GPT2, config["n_layer"])
writer = gguf.GGUFWriter(out, "gpt2")
writer.add_type("model")
writer.add_block_count(config["n_layer"])
writer.add_context_length(config["n_positions"])
writer.add_embedding_length(config["n_embd"])
writer.add_feed_forward_length(config.get("n_inner") or 4 * config["n_embd"])
writer.add_head_count(config["n_head"])
writer.add_layer_norm_eps(config["layer_norm_epsilon"])
if config.get("eos_token_id") is not None:
    writer.add_eos_token_id(config["eos_token_id"])
for name, value in sorted(load_file(folder / "model.safetensors").items()):
    if name.endswith((".attn.bias", ".attn.masked_bias")) or name == "lm_head.weight":
        continue
    if name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
        value = value.T.copy()
    there = names.get_name(name, try_suffixes=(".weight", ".bias"))
    writer.add_tensor(there, value.astype("float32"))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
