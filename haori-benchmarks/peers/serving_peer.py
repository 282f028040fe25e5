"""A small server with PEFT: one base, many LoRA classifiers, set_adapter for each request.

Answers POST /v1/classify {"model": name, "input": text} as Haori does, as far as the load needs it. Written on Starlette
and uvicorn, which FastAPI is built on; FastAPI itself adds its checks of the body to that.
With --save it writes base and adapters, so that another server loads the very same modules.
"""
import argparse
import os
import threading

import torch
import uvicorn
from peft import LoraConfig, get_peft_model
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route
from transformers import AutoTokenizer, BertForSequenceClassification


def build(options):
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    base = BertForSequenceClassification.from_pretrained(options.base, num_labels=4)
    if options.save:
        base.save_pretrained(os.path.join(options.save, "base"))
        tokenizer.save_pretrained(os.path.join(options.save, "base"))
    config = LoraConfig(task_type="SEQ_CLS", r=8, lora_alpha=16, target_modules=["query", "value"],
                        modules_to_save=["classifier"])
    model = get_peft_model(base, config, adapter_name="m0")
    for i in range(1, options.adapters):
        model.add_adapter(f"m{i}", config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(0, 0.02)
    if options.save:
        model.save_pretrained(os.path.join(options.save, "adapters"))
    model.eval()
    return tokenizer, model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--adapters", type=int, default=100)
    parser.add_argument("--port", type=int, default=9101)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer, model = build(options)
    lock = threading.Lock()

    def answer(body):
        batch = tokenizer(body["input"], return_tensors="pt", truncation=True, max_length=128)
        # One adapter at a time: set_adapter changes the model for everybody.
        with lock, torch.inference_mode():
            model.set_adapter(body["model"])
            probabilities = model(**batch).logits.softmax(-1)[0].tolist()
        return {"model": body["model"], "probabilities": probabilities}

    async def classify(request):
        return JSONResponse(await run_in_threadpool(answer, await request.json()))

    app = Starlette(routes=[Route("/v1/classify", classify, methods=["POST"])])
    print("serving", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
