package io.haori.cli.export;

import io.haori.cli.output.HaoriFiles;
import io.haori.inference.folder.SequenceClassifier;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import java.util.ArrayList;
import java.util.List;

/** The README.md of an exported folder: lines of Python that can be run as they are. */
final class PythonCode {
  /** Begins the page, by which an export is recognised. */
  private PythonCode() {}

  /** For a folder that PEFT loads as a sequence classifier. */
  static String classifier(
      PythonFolder folder, SequenceClassifier head, TextBase base, int maxLength) {
    List<String> labels = head.labels();
    boolean named = !labels.isEmpty() && base.backbone().config().labels().equals(labels);
    boolean told = folder.withBase() || named;
    String arguments = "";
    if (!told && labels.isEmpty()) {
      arguments = ", num_labels=1";
    } else if (!told) {
      List<String> pairs = new ArrayList<>();
      for (int id = 0; id < labels.size(); id++) {
        pairs.add(id + ": " + PythonFolder.literal(labels.get(id)));
      }
      arguments = ", num_labels=" + labels.size() + ", id2label={" + String.join(", ", pairs) + "}";
    }
    String answer =
        labels.isEmpty()
            ? "print(logits[:, 0].tolist())"
            : "print([model.config.id2label[int(i)] for i in logits.argmax(-1)])";
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
            .formatted(place(folder), arguments, maxLength, answer));
  }

  /** For a folder whose head stands in a file of its own. */
  static String headBeside(PythonFolder folder, TextModel model, int maxLength) {
    DomainLabels labels = model.heads().labels();
    String vectors = vectors(model);
    // The first head's tensors come first, its weight before its bias.
    String weight = model.heads().tensors().keySet().iterator().next();
    String name = PythonFolder.literal(weight.substring(0, weight.lastIndexOf('.')));
    List<String> names = labels.heads().get(0).labels().names();
    String answer =
        names.isEmpty()
            ? "print(logits[:, 0].tolist())"
            : "labels = %s\nprint([labels[int(i)] for i in logits.argmax(-1)])"
                .formatted(PythonFolder.literal(names));
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
            .formatted(place(folder), maxLength, vectors, name, answer));
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
      case CLS ->
          model.base().backbone().pooler() == null
              ? "    vectors = output.last_hidden_state[:, 0]\n"
              : "    vectors = output.pooler_output\n";
    };
  }

  /** For a folder without a head. */
  static String encoder(PythonFolder folder, TextBase base) {
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
            .formatted(place(folder), Math.min(512, base.backbone().positions())));
  }

  private static String place(PythonFolder folder) {
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
