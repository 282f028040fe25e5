"""Checks with transformers and PEFT themselves that adapters pass between them and Haori unchanged.

Tiny random bases are made, tuned and exported with Haori, loaded in Python by PEFT's own classes, and
the answers are compared; folders that PEFT made are answered from by Haori. Every line says the greatest
difference of a probability, or of a number, a state or a logit as a share of its size where that is above 1. The
program ends with 1 when one is above the bound, a key is missing, or PEFT warns.

    PEER/bin/python interchange.py --out DIR [--haori ../../haori] [--only WORD]
"""
import argparse
import contextlib
import io
import json
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import torch  # noqa: E402
import transformers  # noqa: E402
from peft import (AutoPeftModelForFeatureExtraction, AutoPeftModelForSequenceClassification,  # noqa: E402
                  LoraConfig, PeftModel, get_peft_model)
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers  # noqa: E402
from transformers import (AutoModel, AutoModelForSequenceClassification, AutoTokenizer, BertConfig,  # noqa: E402
                          BertForMaskedLM, BertForPreTraining, BertForSequenceClassification, BertModel,
                          DistilBertConfig, DistilBertForMaskedLM, DistilBertForSequenceClassification,
                          DistilBertModel, ModernBertConfig,
                          ModernBertForMaskedLM, ModernBertModel, RobertaConfig, RobertaForMaskedLM,
                          RobertaForSequenceClassification, RobertaModel, XLMRobertaForMaskedLM,
                          XLMRobertaForSequenceClassification, XLMRobertaModel)

BOUND = 1e-5
HERE = Path(__file__).resolve().parent
# Written by unigram_golden.py: a tiny XLM-RoBERTa with the kind of tokenizer that published ones have.
XLM_ROBERTA = HERE.parent.parent / "haori-testkit/src/main/resources/golden/models/xlm-roberta-unigram"
WORDS = ("pump seal hose motor valve leaks stops grinds overheats rattles Bolt Cable fuse relay switch "
         "red green blue hot cold fast slow left right").split()
TEXTS = [f"the {WORDS[i % 24]} {WORDS[(i * 7 + 3) % 24]} near the {WORDS[(i * 5 + 1) % 24]}" for i in range(48)]
PROBES = ["pump", "the red Bolt rattles", " ".join(WORDS), "the valve leaks and the motor stops at once"]
failures = []


def tokenizer(out, roberta):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] if roberta else ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    start, end, unknown = (("<s>", "</s>", "<unk>") if roberta else ("[CLS]", "[SEP]", "[UNK]"))
    made = Tokenizer(models.WordPiece(unk_token=unknown))
    # Cased, so that a program which lower-cases on its own gives other answers.
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=special))
    second = f"$B:0 {end}:0" if roberta else f"$B:1 {end}:1"
    made.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", pair=f"{start} $A {end} {second}",
        special_tokens=[(t, made.token_to_id(t)) for t in (start, end)])
    made.save(str(out / "tokenizer.json"))
    # Without its class said, transformers and Haori lower-case as BERT's own tokenizer does.
    (out / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="PreTrainedTokenizerFast", unk_token=unknown, cls_token=start, sep_token=end,
        pad_token=special[1 if roberta else 0], mask_token="<mask>" if roberta else "[MASK]",
        model_input_names=["input_ids", "attention_mask"] + ([] if roberta else ["token_type_ids"]))))
    return made.get_vocab_size()


def bases(out):
    made = {}
    size = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, initializer_range=0.3)
    kinds = {
        "bert": lambda c: BertModel(c), "bert-plain": lambda c: BertModel(c, add_pooling_layer=False),
        "bert-mlm": lambda c: BertForPreTraining(c), "bert-named": lambda c: BertForSequenceClassification(c),
        "roberta": lambda c: RobertaModel(c), "roberta-plain": lambda c: RobertaModel(c, add_pooling_layer=False),
        "roberta-mlm": lambda c: RobertaForMaskedLM(c),
        "distilbert": lambda c: DistilBertModel(c), "distilbert-mlm": lambda c: DistilBertForMaskedLM(c),
        "modernbert": lambda c: ModernBertModel(c), "modernbert-mlm": lambda c: ModernBertForMaskedLM(c)}
    for name, make in kinds.items():
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        roberta = name.startswith("roberta")
        vocabulary = tokenizer(folder, roberta)
        torch.manual_seed(1)
        if roberta:
            config = RobertaConfig(vocab_size=vocabulary, max_position_embeddings=66, type_vocab_size=1, pad_token_id=1,
                                   bos_token_id=0, eos_token_id=2, **size)
        elif name.startswith("distilbert"):
            config = DistilBertConfig(vocab_size=vocabulary, max_position_embeddings=64, dim=32, n_layers=2, n_heads=4,
                                      hidden_dim=64, initializer_range=0.3)
        elif name.startswith("modernbert"):
            # Local attention reaches two tokens to either side in every second layer.
            config = ModernBertConfig(
                vocab_size=vocabulary, max_position_embeddings=64, global_attn_every_n_layers=2, local_attention=4,
                pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3,
                **{**size, "initializer_range": 0.1})
        else:
            config = BertConfig(vocab_size=vocabulary, max_position_embeddings=64, **size)
        if name == "bert-named":
            # The order of its own labels is not the alphabet's.
            config.id2label = {0: "urgent", 1: "later", 2: "never"}
            config.label2id = {label: i for i, label in config.id2label.items()}
        make(config).save_pretrained(folder)
        made[name] = folder
    made["xlm-roberta-mlm"] = XLM_ROBERTA
    return made


def data(out):
    classes = ["urgent", "later", "never"]
    for name, row in {
            "classes": lambda i, t: {"text": t, "label": classes[(i * 7) % 3]},
            "numbers": lambda i, t: {"text": t, "label": 50.5 + 3.25 * (i % 7)},
            "domains": lambda i, t: {"text": t, "domain": "ab"[i % 2], "label": classes[(i // 2) % 2]}}.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for split, begin, end in (("train", 0, 32), ("validation", 32, 40), ("test", 40, 48)):
            lines = [json.dumps(row(i, TEXTS[i])) for i in range(begin, end)]
            (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n")
    (out / "corpus.txt").write_text("\n".join(TEXTS) + "\n")
    (out / "probes.jsonl").write_text("".join(json.dumps({"text": t, "domain": "a"}) + "\n" for t in PROBES))


class Haori:
    def __init__(self, command):
        self.command = shlex.split(command)

    def __call__(self, line):
        done = subprocess.run(self.command + shlex.split(line), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"haori {line} failed: {done.stderr.strip()}")
        return done.stdout

    def predict(self, arguments, out):
        lines = self(f"predict {arguments} --precision fp32 --input {out}/probes.jsonl").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextlib.contextmanager
def no_warnings():
    """Fails on what PEFT says of an adapter's keys, or transformers of shapes."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logger = logging.getLogger("transformers")
    logger.addHandler(handler)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            logger.removeHandler(handler)
    said = heard.getvalue() + " ".join(str(w.message) for w in caught)
    bad = [line for line in said.splitlines() if re.search(r"adapter keys|mismatch", line, re.I)]
    if bad:
        raise RuntimeError(bad[0][:300])


def encode(folder, texts=PROBES):
    return AutoTokenizer.from_pretrained(folder)(
        texts, padding=True, truncation=True, max_length=64, return_tensors="pt")


def probabilities(model, folder):
    with torch.no_grad():
        logits = model.eval()(**encode(folder)).logits
    names = [model.config.id2label[i] for i in range(logits.shape[1])]
    if logits.shape[1] == 1:
        return [{"value": v} for v in logits[:, 0].tolist()]
    return [dict(zip(names, row)) for row in logits.softmax(-1).tolist()]


def apart(ours, theirs):
    greatest = 0.0
    for one, other in zip(ours, theirs, strict=True):
        expected = one.get("probabilities") or {"value": one["value"]}
        if set(expected) != set(other):
            raise RuntimeError(f"labels {sorted(expected)} and {sorted(other)}")
        greatest = max([greatest] + [abs(expected[k] - other[k]) / max(1, abs(expected[k])) for k in expected])
    return greatest


def check(name, only, work):
    if only and only not in name:
        return
    try:
        difference = work()
        if difference > BOUND:
            raise RuntimeError(f"difference {difference:.1e} is above {BOUND}")
        print(f"ok    {name}: {difference:.1e}", flush=True)
    except Exception as e:  # every case is run, whatever happens in one
        failures.append(name)
        print(f"WRONG {name}: {type(e).__name__}: {e}", flush=True)


def tuned(haori, out, base, name, arguments, data_name="classes"):
    adapter = out / "adapters" / name
    shutil.rmtree(adapter, ignore_errors=True)
    haori(f"tune --base {base} --data {out}/{data_name} --epochs 2 --lr 0.02 --threads 1 --precision fp32 --quiet "
          f"--max-length 64 --out {adapter} {arguments}")
    return adapter


def exported(haori, out, adapter, arguments=""):
    folder = out / "exports" / adapter.name
    shutil.rmtree(folder, ignore_errors=True)
    haori(f"export --adapter {adapter} --format peft --out {folder} {arguments}")
    return folder


def classifier(haori, out, adapter, arguments="", base=None, auto=True):
    """Answers of Haori's adapter against PEFT's own class on the exported folder."""
    folder = exported(haori, out, adapter, arguments)
    shutil.copy(out / "probes.jsonl", folder / "probes.jsonl")
    ours = haori.predict(f"--adapter {adapter}", out)
    labels = (folder / "labels.txt").read_text().split() if (folder / "labels.txt").exists() else ["value"]
    told = {} if "--with-base" in arguments else dict(num_labels=len(labels), id2label=dict(enumerate(labels)))
    with no_warnings():
        model = AutoPeftModelForSequenceClassification.from_pretrained(folder, **told)
    greatest = apart(ours, probabilities(model, folder))
    with no_warnings():
        direct = AutoModelForSequenceClassification.from_pretrained(
            json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"], **told)
        direct = PeftModel.from_pretrained(direct, folder)
    greatest = max(greatest, apart(ours, probabilities(direct, folder)))
    readme(folder)
    # What was written for PEFT is read here, too, with its own base named or not.
    again = haori.predict(f"--adapter {folder} --head-labels {folder}/labels.txt"
                          if (folder / "labels.txt").exists() else f"--adapter {folder}", out)
    return max(greatest, apart(ours, [row.get("probabilities") or {"value": row["value"]} for row in again]))


def readme(folder, texts=PROBES):
    """Runs the Python lines of an exported folder and returns what they define."""
    code = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.S).group(1)
    code = re.sub(r"^texts = .*$", f"texts = {texts!r}", code, flags=re.M)
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()), no_warnings():
        exec(compile(code, str(folder / "README.md"), "exec"), scope)  # noqa: S102 our own lines
    return scope


def head_beside(haori, out, adapter, arguments=""):
    """Answers of the lines in README.md where transformers has no class for the head."""
    folder = exported(haori, out, adapter, arguments)
    ours = haori.predict(f"--adapter {adapter}", out)
    scope = readme(folder)
    logits = scope["logits"]
    if "labels" not in scope:
        return apart(ours, [{"value": v} for v in logits[:, 0].tolist()])
    return apart(ours, [dict(zip(scope["labels"], row)) for row in logits.softmax(-1).tolist()])


def fill(model, folder, text):
    words = AutoTokenizer.from_pretrained(folder)
    inputs = words(text, return_tensors="pt")
    with torch.no_grad():
        logits = model(**inputs).logits[inputs["input_ids"] == words.mask_token_id]
    return words.decode(logits[0].argmax())


def merged_domain(haori, out, base, plain, masked):
    """A domain's module as a merged base: loaded by the class it is written for, equal to base and adapter.

    Python computes both in fp64, so that only what Haori rounded when it wrote the weights in fp32 is left. The
    difference is of the size of the greatest number: a language head's logits are far above 1.
    """
    name = Path(base).name
    modules = out / "modules" / name
    shutil.rmtree(modules, ignore_errors=True)
    haori(f"pretrain --base {base} --corpus parts={out}/corpus.txt --epochs 2 --rank 4 --threads 1 --precision fp32 "
          f"--max-length 64 --quiet --out {modules}")
    peft, merged = out / "exports" / f"{name}-module", out / "merged" / name
    for folder in (peft, merged):
        shutil.rmtree(folder, ignore_errors=True)
    haori(f"export --adapter {modules}/parts --format peft --out {peft}{'' if Path(base).exists() else ' --with-base'}")
    haori(f"export --adapter {modules}/parts --format merged --out {merged}")
    with no_warnings():
        adapted = AutoPeftModelForFeatureExtraction.from_pretrained(peft).double().eval()
    inputs = encode(merged)
    written = json.loads((merged / "config.json").read_text())["architectures"]
    kind = masked or plain
    if written != [kind.__name__]:
        raise RuntimeError(f"architectures {written}, wanted {kind.__name__}")
    arguments = dict(add_pooling_layer=False) if not masked and name == "bert-plain" else {}
    loaded, info = kind.from_pretrained(merged, output_loading_info=True, **arguments)
    for keys in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if info.get(keys):
            raise RuntimeError(f"{keys}: {sorted(info[keys])[:3]}")
    loaded.double().eval()
    with torch.no_grad():
        if masked:
            # A base from Maven is in no folder: its head is then the merged one, checked by what it fills in.
            whole = kind.from_pretrained(base if Path(base).exists() else merged).double().eval()
            setattr(whole, whole.base_model_prefix, adapted.base_model.model)
            wanted, got = whole(**inputs).logits, loaded(**inputs).logits
        else:
            wanted, got = adapted(**inputs).last_hidden_state, loaded(**inputs).last_hidden_state
    if masked and not Path(base).exists():
        filled = fill(loaded, merged, "paris is the capital of [MASK] .")
        if filled != "france":
            raise RuntimeError(f"the masked word is {filled}, wanted france")
    there = inputs["attention_mask"].bool()
    readme(peft)
    return (wanted - got)[there].abs().max().item() / max(1, wanted[there].abs().max().item())


def merged_task(haori, out, adapter, **arguments):
    """A tuned adapter in its base's weights, its head beside: the same answers, and transformers' plain class."""
    ours = haori.predict(f"--adapter {adapter}", out)
    folder = out / "merged" / adapter.name
    shutil.rmtree(folder, ignore_errors=True)
    haori(f"export --adapter {adapter} --format merged --out {folder}")
    _, info = AutoModel.from_pretrained(folder, output_loading_info=True, **arguments)
    for keys in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if info.get(keys):
            raise RuntimeError(f"{keys}: {sorted(info[keys])[:3]}")
    again = haori.predict(f"--adapter {folder}/head", out)
    return apart(ours, [row["probabilities"] for row in again])


def peft_made(haori, out, base, kind, name, config, told=True, problem=None):
    """A folder that PEFT's own class stored, answered from by Haori without anything beside it."""
    folder = out / "foreign" / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(5)
    labels = 1 if problem else 3
    model = kind.from_pretrained(base, num_labels=labels)
    settings = dict(r=4, lora_alpha=8, target_modules=["query", "value"], init_lora_weights=False)
    settings.update(config)
    adapter = settings.pop("adapter_name", "default")
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", **settings), adapter_name=adapter)
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    model.eval()
    with torch.no_grad():
        logits = model(**encode(base)).logits
    names = [model.config.id2label[i] for i in range(labels)] if told else [str(i) for i in range(labels)]
    theirs = [{"value": v} for v in logits[:, 0].tolist()] if problem else [
        dict(zip(names, row)) for row in logits.softmax(-1).tolist()]
    return apart(haori.predict(f"--adapter {folder}", out), theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--haori", default=str(HERE.parent.parent / "haori"))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    transformers.utils.logging.disable_progress_bar()
    # Of heads that the adapter brings, transformers says that they are new; no_warnings hears all the same.
    transformers.utils.logging.disable_default_handler()
    out = options.out.resolve()
    haori, only = Haori(options.haori), options.only
    named = bases(out / "bases")
    data(out)
    everywhere = "--targets all-linear"
    heads = [
        ("bert", "lora", ""), ("bert", "lora-all", everywhere), ("bert", "dora", "--method dora"),
        ("bert", "dora-all", f"--method dora {everywhere}"),
        ("bert", "rslora", "--set rankStabilized=true"), ("bert-named", "own-labels", ""),
        ("bert-plain", "cls", "--set pooling=cls"), ("roberta", "lora-all", everywhere), ("roberta", "dora", "--method dora"),
        ("roberta-plain", "cls", "--set pooling=cls"), ("bert", "number", ""), ("roberta-plain", "number", "--set pooling=cls")]
    for base, case, arguments in heads:
        rows = "numbers" if case == "number" else "classes"
        check(f"export {base} {case}", only, lambda: classifier(
            haori, out, tuned(haori, out, named[base], f"{base}-{case}", arguments, rows)))
    check("export bert with its base", only, lambda: classifier(
        haori, out, tuned(haori, out, named["bert"], "bert-with-base", ""), "--with-base"))
    check("export roberta with its base", only, lambda: classifier(
        haori, out, tuned(haori, out, named["roberta-plain"], "roberta-with-base", "--set pooling=cls"), "--with-base"))
    check("export bert-plain number with its base", only, lambda: classifier(
        haori, out, tuned(haori, out, named["bert-plain"], "number-with-base", "--set pooling=cls", "numbers"), "--with-base"))
    check("export cut to a rank and back is PEFT's own answer", only, lambda: rank_cut(haori, out, named["bert"]))
    for base in ("bert", "bert-plain", "roberta-plain"):
        check(f"export {base} mean", only, lambda: head_beside(
            haori, out, tuned(haori, out, named[base], f"{base}-mean", "--set pooling=mean")))
    check("export bert mean number", only, lambda: head_beside(
        haori, out, tuned(haori, out, named["bert"], "bert-mean-number", "--set pooling=mean", "numbers")))
    check("export bert two domains", only, lambda: head_beside(
        haori, out, tuned(haori, out, named["bert"], "bert-domains", "", "domains"), "--with-base"))
    check("export a mix", only, lambda: mixed(haori, out, named["bert"]))
    for base, plain, masked in (
            ("bert-mlm", None, BertForMaskedLM), ("roberta-mlm", None, RobertaForMaskedLM), ("bert-plain", BertModel, None),
            ("distilbert", DistilBertModel, None), ("distilbert-mlm", None, DistilBertForMaskedLM),
            ("modernbert", ModernBertModel, None), ("modernbert-mlm", None, ModernBertForMaskedLM),
            ("xlm-roberta-mlm", None, XLMRobertaForMaskedLM)):
        check(f"domain module of {base}", only, lambda: merged_domain(haori, out, named[base], plain, masked))
    # Bases that Maven brings: some 90 and 440 MB each.
    check("domain module of bert-base", only, lambda: merged_domain(haori, out, "bert-base", None, BertForMaskedLM))
    check("export minilm cls with its base", only, lambda: classifier(
        haori, out, tuned(haori, out, "minilm", "minilm-cls", f"--set pooling=cls {everywhere}"), "--with-base"))
    check("export minilm mean with its base", only, lambda: head_beside(
        haori, out, tuned(haori, out, "minilm", "minilm-mean", everywhere), "--with-base"))
    # minilm has no pooler, which BertModel makes unless it is asked not to.
    check("tuned minilm merged", only, lambda: merged_task(
        haori, out, tuned(haori, out, "minilm", "minilm-merged", everywhere), add_pooling_layer=False))
    for base in ("distilbert", "modernbert"):
        check(f"export {base} lora", only, lambda: head_beside(
            haori, out, tuned(haori, out, named[base], f"{base}-lora", everywhere), "--with-base"))
        check(f"tuned {base} merged", only, lambda: merged_task(
            haori, out, tuned(haori, out, named[base], f"{base}-merged", everywhere)))
    check("export xlm-roberta-mlm cls", only, lambda: classifier(
        haori, out, tuned(haori, out, named["xlm-roberta-mlm"], "xlm-roberta-cls", f"--set pooling=cls {everywhere}"),
        "--with-base"))
    check("PEFT's xlm-roberta-mlm", only, lambda: peft_made(
        haori, out, named["xlm-roberta-mlm"], XLMRobertaForSequenceClassification, "xlm-roberta", {}, told=False))
    check("PEFT's distilbert", only, lambda: peft_made(
        haori, out, named["distilbert"], DistilBertForSequenceClassification, "distilbert",
        dict(target_modules=["q_lin", "v_lin"]), told=False))
    bert, roberta = BertForSequenceClassification, RobertaForSequenceClassification
    made = [
        ("bert", bert, {}), ("bert dora", bert, dict(use_dora=True)), ("bert rslora", bert, dict(use_rslora=True)),
        ("bert all-linear", bert, dict(target_modules="all-linear")),
        ("bert pooler stored", bert, dict(modules_to_save=["classifier", "pooler"])),
        ("bert-named labels", bert, {}), ("bert another-name", bert, dict(adapter_name="parts")),
        ("bert patterns", bert, dict(rank_pattern={"layer.0.attention.self.query": 2}, alpha_pattern={"value": 3})),
        ("roberta-plain", roberta, {}), ("roberta-plain all-linear", roberta, dict(target_modules="all-linear")),
        ("roberta with-pooler", roberta, {}), ("roberta dora", roberta, dict(use_dora=True))]
    for name, kind, config in made:
        base = name.split()[0]
        check(f"PEFT's {name}", only, lambda: peft_made(
            haori, out, named[base], kind, name.replace(" ", "-"), config, told=base == "bert-named"))
    check("PEFT's bert number", only, lambda: peft_made(
        haori, out, named["bert"], bert, "bert-number", {}, problem="regression"))
    print(f"{len(failures)} of the cases are wrong" if failures else "all cases agree")
    sys.exit(1 if failures else 0)


def mixed(haori, out, base):
    adapter = out / "adapters" / "mix"
    shutil.rmtree(adapter, ignore_errors=True)
    modules = []
    for name, rank in (("one", 2), ("two", 4)):
        folder = out / "modules" / "mix"
        haori(f"pretrain --base {base} --corpus {name}={out}/corpus.txt --epochs 1 --rank {rank} --threads 1 "
              f"--precision fp32 --max-length 64 --quiet --seed {rank} --out {folder} --resume")
        modules.append(str(folder / name))
    haori(f"mix --base {base} --modules {' '.join(modules)} --data {out}/classes --epochs 2 --threads 1 --precision fp32 "
          f"--quiet --max-length 64 --out {adapter}")
    return classifier(haori, out, adapter)


def rank_cut(haori, out, base):
    """A cut update answers otherwise than the whole one, but in PEFT as here."""
    adapter = tuned(haori, out, base, "bert-cut", "")
    folder = exported(haori, out, adapter, "--rank 2")
    with no_warnings():
        labels = (folder / "labels.txt").read_text().split()
        model = AutoPeftModelForSequenceClassification.from_pretrained(
            folder, num_labels=len(labels), id2label=dict(enumerate(labels)))
    return apart(haori.predict(f"--adapter {folder} --head-labels {folder}/labels.txt", out), probabilities(model, folder))


if __name__ == "__main__":
    main()
