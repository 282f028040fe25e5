"""Makes the golden folder of a tiny XLM-RoBERTa with a Unigram tokenizer, as transformers writes and reads it.

Needs sentencepiece and protobuf besides the peer's packages.

    PEER/bin/python unigram_golden.py --out ../../haori-testkit/src/main/resources/golden/models/xlm-roberta-unigram
"""
import argparse
import json
import shutil
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from sentencepiece import sentencepiece_model_pb2
from transformers import AutoModel, AutoTokenizer, XLMRobertaConfig, XLMRobertaForMaskedLM, XLMRobertaTokenizer

TEXTS = [
    "the pump leaks at the seal", "the motor stops and the belt slips", "replace the hose and the valve",
    "die Pumpe verliert Öl an der Dichtung", "der Motor bleibt stehen", "la bomba pierde aceite",
    "le moteur s'arrête sans raison", "ポンプからオイルが漏れています", "モーターが止まりました", "ホースを交換してください",
    "泵在漏油", "电机停了", "насос течёт", "the seal of the pump was replaced twice", "Der Riemen rutscht, der Motor stoppt."]
PROBES = TEXTS[:10] + [
    "", "pump", "  two  spaces\tand a tab ", "Ａｂｃ１２３ full width", "ﾎﾟﾝﾌﾟ", "unknown ☃ signs €", "<mask> leaks",
    "the<mask>pump", "a</s>b", "▁already", "x" * 40, "naïve café", "naïve café", "🙂 motor", "half　width　spaces", "zero\u200bwidth"]


def sentence_piece(place):
    """Pieces with scores in XLM-RoBERTa's order, and SentencePiece's own table of a few letters' normal forms."""
    letters = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), *range(0xFF71, 0xFF9D), 0x3000]
    rules = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in letters}
    for base in "ﾊﾋﾌﾍﾎ":
        for mark in "ﾞﾟ":
            rules[base + mark] = unicodedata.normalize("NFKC", base + mark)
    hexadecimal = [" ".join(f"{ord(c):X}" for c in one) + "\t" + " ".join(f"{ord(c):X}" for c in other)
                   for one, other in rules.items()]
    (place / "rules.tsv").write_text("\n".join(hexadecimal) + "\n")
    (place / "texts.txt").write_text("\n".join(TEXTS * 4) + "\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(place / "texts.txt"), model_prefix=str(place / "made"), model_type="unigram", vocab_size=120,
        character_coverage=1.0, normalization_rule_tsv=str(place / "rules.tsv"), num_threads=1, minloglevel=2)
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((place / "made.model").read_bytes())
    # SentencePiece begins with <unk>, <s> and </s>.
    pieces = [(piece.piece, piece.score) for piece in model.pieces[3:]]
    first = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    return first + pieces + [("<mask>", 0.0)], model.normalizer_spec.precompiled_charsmap


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        pieces, table = sentence_piece(Path(place))
    tokenizer = XLMRobertaTokenizer(vocab=pieces, _spm_precompiled_charsmap=table, model_max_length=64)
    tokenizer.save_pretrained(out)
    torch.manual_seed(7)
    XLMRobertaForMaskedLM(XLMRobertaConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=66, type_vocab_size=1, initializer_range=0.3)).save_pretrained(out)
    read = AutoTokenizer.from_pretrained(out)
    with (out / "tokens.jsonl").open("w") as rows:
        for probe in PROBES:
            rows.write(json.dumps(dict(text=probe, ids=read(probe, truncation=True).input_ids), ensure_ascii=False) + "\n")
    batch = read(PROBES[:10], padding=True, truncation=True, return_tensors="pt")
    model = AutoModel.from_pretrained(out, add_pooling_layer=False).eval()
    with torch.no_grad():
        states = model(**batch).last_hidden_state
    save_file({"in.input_ids": batch.input_ids, "in.attention_mask": batch.attention_mask, "out.hidden.2": states.contiguous()},
              out / "io.safetensors")


if __name__ == "__main__":
    main()
