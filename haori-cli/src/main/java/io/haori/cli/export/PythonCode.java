package io.haori.cli.export;

import io.haori.cli.output.HaoriFiles;
import io.haori.inference.folder.TransformersClassifier;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.TransformersTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The README.md of an exported folder: lines of Python that can be run as they are. */
final class PythonCode {
  /** Begins the page, by which an export is recognised. */
  private PythonCode() {}

  /** For a folder that PEFT loads as a sequence classifier. */
  static String classifier(
      PythonFolder folder, TransformersClassifier head, TextBase base, int maxLength) {
    List<String> labels = head.labels();
    boolean named = !labels.isEmpty() && base.backbone().config().labels().equals(labels);
    boolean labelsKnown = folder.withBase() || named;
    String arguments = "";
    if (!labelsKnown && labels.isEmpty()) {
      arguments = ", num_labels=1";
    } else if (!labelsKnown) {
      List<String> pairs = new ArrayList<>();
      for (int id = 0; id < labels.size(); id++) {
        pairs.add(id + ": " + PythonFolder.literal(labels.get(id)));
      }
      arguments = ", num_labels=" + labels.size() + ", id2label={" + String.join(", ", pairs) + "}";
    }
    if (head.task().peftTask().equals(TransformersTask.TOKENS)) {
      return page(
          folder,
          base,
          """
          import torch
          from peft import %s
          from transformers import AutoTokenizer

          folder = %s
          words = [["the", "first", "text"], ["and", "a", "second", "one"]]
          tokenizer = AutoTokenizer.from_pretrained(folder, add_prefix_space=True)
          model = %s.from_pretrained(folder%s).eval()
          inputs = tokenizer(words, is_split_into_words=True, padding=True, truncation=True, max_length=%d, return_tensors="pt")
          with torch.no_grad():
              logits = model(**inputs).logits
          %s\
          """
              .formatted(
                  head.task().peftClass(),
                  name(folder),
                  head.task().peftClass(),
                  arguments,
                  maxLength,
                  tags("model.config.id2label")));
    }
    boolean several = "multi_label_classification".equals(head.task().problemType());
    if (!labelsKnown && several) {
      arguments += ", problem_type=\"multi_label_classification\"";
    }
    String answer =
        labels.isEmpty()
            ? "print(logits[:, 0].tolist())"
            : several
                ? "print([[model.config.id2label[i] for i, p in enumerate(row) if p >= 0.5] for row"
                    + " in logits.sigmoid().tolist()])"
                : "print([model.config.id2label[int(i)] for i in logits.argmax(-1)])";
    if (base.backbone().config().pictures() != null) {
      return page(
          folder,
          base,
          pictures(
                  "AutoModelForImageClassification",
                  folder,
                  arguments + ", ignore_mismatched_sizes=True")
              + """
              with torch.no_grad():
                  logits = model(**inputs).logits
              %s
              """
                  .formatted(answer));
    }
    return page(
        folder,
        base,
        """
        import torch
        from peft import AutoPeftModelForSequenceClassification
        from transformers import AutoTokenizer

        folder = %s
        texts = ["the first text", "and a second one"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoPeftModelForSequenceClassification.from_pretrained(folder%s).eval()
        inputs = tokenizer(texts, padding=True, truncation=True, max_length=%d, return_tensors="pt")
        with torch.no_grad():
            logits = model(**inputs).logits
        %s
        """
            .formatted(name(folder), arguments, maxLength, answer));
  }

  /** Lines that print one tag a word, that of its first token; none for a word that was cut. */
  private static String tags(String names) {
    return """
    for row, text in enumerate(words):
        first = {}
        for token, word in enumerate(inputs.word_ids(row)):
            first.setdefault(word, token)
        print([%s[int(logits[row, first[w]].argmax())] if w in first else None for w in range(len(text))])
    """
        .formatted(names);
  }

  /** For a folder whose head is in a file of its own. */
  static String headBeside(PythonFolder folder, TextModel model, int maxLength) {
    DomainLabels labels = model.heads().labels();
    String vectors = vectors(model);
    // The first head's tensors come first, its weight before its bias.
    String weight = model.heads().tensors().keySet().iterator().next();
    String name = PythonFolder.literal(weight.substring(0, weight.lastIndexOf('.')));
    List<String> names = labels.heads().get(0).labels().names();
    if (labels.task().readsWords()) {
      return page(
          folder,
          model.base(),
          """
          import torch
          from peft import AutoPeftModelForFeatureExtraction
          from safetensors.torch import load_file
          from transformers import AutoTokenizer

          folder = %s
          words = [["the", "first", "text"], ["and", "a", "second", "one"]]
          labels = %s
          tokenizer = AutoTokenizer.from_pretrained(folder, add_prefix_space=True)
          model = AutoPeftModelForFeatureExtraction.from_pretrained(folder).eval()
          inputs = tokenizer(words, is_split_into_words=True, padding=True, truncation=True, max_length=%d, return_tensors="pt")
          with torch.no_grad():
              states = model(**inputs).last_hidden_state
              head, name = load_file(folder + "/head.safetensors"), %s
              logits = states @ head[name + ".weight"].T + head[name + ".bias"]
          %s\
          """
              .formatted(
                  name(folder), PythonFolder.literal(names), maxLength, name, tags("labels")));
    }
    boolean several =
        "multi_label_classification".equals(labels.task().transformers().problemType());
    String answer =
        names.isEmpty()
            ? "print(logits[:, 0].tolist())"
            : (several
                    ? "labels = %s\n"
                        + "print([[label for label, p in zip(labels, row) if p >= 0.5] for row in"
                        + " logits.sigmoid().tolist()])"
                    : "labels = %s\nprint([labels[int(i)] for i in logits.argmax(-1)])")
                .formatted(PythonFolder.literal(names));
    if (model.base().backbone().config().pictures() != null) {
      return page(
          folder,
          model.base(),
          pictures("AutoModel", folder, "")
              + """
              with torch.no_grad():
                  output = model(**inputs)
                  inputs["attention_mask"] = torch.ones(output.last_hidden_state.shape[:2])
              %s    head, name = load_file(folder + "/head.safetensors"), %s
                  logits = vectors @ head[name + ".weight"].T + head[name + ".bias"]
              %s
              """
                  .formatted(vectors, name, answer));
    }
    return page(
        folder,
        model.base(),
        """
        import torch
        from peft import AutoPeftModelForFeatureExtraction
        from safetensors.torch import load_file
        from transformers import AutoTokenizer

        folder = %s
        texts = ["the first text", "and a second one"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoPeftModelForFeatureExtraction.from_pretrained(folder).eval()
        inputs = tokenizer(texts, padding=True, truncation=True, max_length=%d, return_tensors="pt")
        with torch.no_grad():
            output = model(**inputs)
        %s    head, name = load_file(folder + "/head.safetensors"), %s
            logits = vectors @ head[name + ".weight"].T + head[name + ".bias"]
        %s
        """
            .formatted(name(folder), maxLength, vectors, name, answer));
  }

  /** Lines that read a picture. */
  private static String pictures(String modelClass, PythonFolder folder, String arguments) {
    return """
    import json
    import torch
    from peft import PeftModel
    from PIL import Image
    from safetensors.torch import load_file
    from transformers import AutoImageProcessor, CLASS

    folder = %s
    pictures = [Image.open("picture.png").convert("RGB")]
    base = json.load(open(folder + "/adapter_config.json"))["base_model_name_or_path"]
    model = CLASS.from_pretrained(base%s)
    model = PeftModel.from_pretrained(model, folder).eval()
    inputs = AutoImageProcessor.from_pretrained(folder)(pictures, return_tensors="pt")
    """
        .formatted(name(folder), arguments)
        .replace("CLASS", modelClass);
  }

  /** Lines that make one vector a text, as the head reads it. */
  private static String vectors(TextModel model) {
    String mask = "    mask = inputs[\"attention_mask\"].unsqueeze(-1)\n";
    String sum = mask + "    vectors = (output.last_hidden_state * mask).sum(1) / mask.sum(1)";
    return switch (model.options().pooling().resolve(model.base().backbone())) {
      case MEAN, AUTO -> sum + "\n";
      case MEAN_SQRT_LEN -> sum + ".sqrt()\n";
      case WEIGHTED_MEAN ->
          mask
              + "    mask = mask * mask.cumsum(1)\n"
              + "    vectors = (output.last_hidden_state * mask).sum(1) / mask.sum(1)\n";
      case LAST ->
          """
              last = inputs["attention_mask"].sum(1) - 1
              vectors = output.last_hidden_state[torch.arange(len(last)), last]
          """;
      case FIRST -> "    vectors = output.last_hidden_state[:, 0]\n";
      case FIRST_AND_PATCHES -> firstAndPatches(model.base());
      case CLS ->
          model.base().backbone().pooler() == null
              ? "    vectors = output.last_hidden_state[:, 0]\n"
              : "    vectors = output.pooler_output\n";
    };
  }

  private static String firstAndPatches(TextBase base) {
    int leading = Objects.requireNonNull(base.backbone().config().pictures()).leadingTokens();
    return "    states = output.last_hidden_state\n"
        + "    vectors = torch.cat([states[:, 0], states[:, "
        + leading
        + ":].mean(1)], dim=1)\n";
  }

  /** For a folder without a head. */
  static String encoder(PythonFolder folder, TextBase base) {
    if (base.backbone().config().pictures() != null) {
      return page(
          folder,
          base,
          pictures("AutoModel", folder, "")
              + """
              with torch.no_grad():
                  states = model(**inputs).last_hidden_state
              print(states.shape)
              """);
    }
    return page(
        folder,
        base,
        """
        import torch
        from peft import AutoPeftModelForFeatureExtraction
        from transformers import AutoTokenizer

        folder = %s
        texts = ["the first text", "and a second one"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoPeftModelForFeatureExtraction.from_pretrained(folder).eval()
        inputs = tokenizer(texts, padding=True, truncation=True, max_length=%d, return_tensors="pt")
        with torch.no_grad():
            states = model(**inputs).last_hidden_state
        print(states.shape)
        """
            .formatted(name(folder), Math.min(512, base.backbone().positions())));
  }

  /** For a folder without a head on a base that writes text. */
  static String decoder(PythonFolder folder, TextBase base) {
    return page(
        folder,
        base,
        """
        import torch
        from peft import AutoPeftModelForCausalLM
        from transformers import AutoTokenizer

        folder = %s
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoPeftModelForCausalLM.from_pretrained(folder).eval()
        inputs = tokenizer("the beginning of a text", return_tensors="pt")
        with torch.no_grad():
            ids = model.generate(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"],
                max_new_tokens=80, do_sample=False)
        print(tokenizer.decode(ids[0], skip_special_tokens=True))
        """
            .formatted(name(folder)));
  }

  private static String name(PythonFolder folder) {
    return PythonFolder.literal(folder.out().toAbsolutePath().normalize().toString());
  }

  private static String page(PythonFolder folder, TextBase base, String code) {
    String where =
        folder.namesLoadableBase(base)
            ? "When this folder or the base was moved, change `base_model_name_or_path` there."
            : "It is not a folder that transformers loads: export again with `--with-base`, or put"
                + " the folder of this base there.";
    return HaoriFiles.PYTHON_TITLE
        + """


        Its base is `base_model_name_or_path` in `adapter_config.json`: `%s`. %s

        ```python
        %s```
        """
            .formatted(folder.baseName(base), where, code.indent(0));
  }
}
