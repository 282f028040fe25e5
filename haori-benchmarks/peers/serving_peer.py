"""A small server with PEFT: one base, many LoRA classifiers, set_adapter for each request.

Answers POST /v1/classify {"model": name, "input": text} as Haori does, as far as the load needs it. Written on the
standard library's http.server; FastAPI would add its own time to each request, not take any away.
With --save it writes base and adapters, so that another server loads the very same modules.
"""
import argparse
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch
from peft import LoraConfig, get_peft_model
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

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            batch = tokenizer(body["input"], return_tensors="pt", truncation=True, max_length=128)
            # One adapter at a time: set_adapter changes the model for everybody.
            with lock, torch.inference_mode():
                model.set_adapter(body["model"])
                probabilities = model(**batch).logits.softmax(-1)[0].tolist()
            answer = json.dumps({"model": body["model"], "probabilities": probabilities}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    print("serving", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
