package io.haori.cli.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.MergedFolder;
import io.haori.inference.folder.TokenizerFiles;
import io.haori.inference.folder.TransformersClassifier;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.model.config.TransformersNames;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PEFT folder for a Python program: the adapter in the form of the class that loads it, the
 * tokenizer, the labels, a README.md with the lines of Python and, when it is wanted, the base.
 *
 * @param out the folder's place in the end
 * @param withBase whether the base is written into it as well
 */
record PythonFolder(Path out, boolean withBase) {
  private static final String BASE = "base";
  private static final String HEAD = "head.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What loads a folder in Python, and how its head is stored. */
  enum Kind {
    /** A head of transformers' own sequence classifiers. */
    CLASSIFIER("AutoPeftModelForSequenceClassification"),
    /** A head of transformers' own token classifiers. */
    TOKEN_CLASSIFIER("AutoPeftModelForTokenClassification"),
    /** A head of transformers' own image classifiers, which PEFT has no class for. */
    PICTURE_CLASSIFIER("PeftModel"),
    /** A head that no class of transformers has, in a file beside the adapter. */
    HEAD_BESIDE("AutoPeftModelForFeatureExtraction"),
    /** The same for a base that reads pictures. */
    PICTURE_HEAD_BESIDE("PeftModel"),
    /** No head. */
    ENCODER("AutoPeftModelForFeatureExtraction"),
    /** The base's own language head. */
    DECODER("AutoPeftModelForCausalLM");

    private final String pythonClass;

    Kind(String pythonClass) {
      this.pythonClass = pythonClass;
    }

    /** The class of PEFT's that loads it. */
    String pythonClass() {
      return pythonClass;
    }
  }

  /**
   * Writes an adapter with its head.
   *
   * @param folder exists
   * @param model with the head
   * @param module is written in the place of the model's own
   * @return how it is loaded
   */
  Kind write(Path folder, TextModel model, AdapterModule module) throws IOException {
    TextBase base = model.base();
    try (Scope scope = Scope.open()) {
      Optional<TransformersClassifier> found = TransformersClassifier.of(model, module);
      if (found.isPresent()) {
        TransformersClassifier head = found.get();
        TransformersNames names = base.backbone().config().transformers();
        PeftSettings settings =
            PeftSettings.head(
                    names.peftTask(head.task().peftTask()),
                    names.prefix(),
                    baseName(base),
                    head.modulesToSave())
                .with(names.modules());
        PeftFolder.write(folder, head.module(), head.tensors(), settings);
        if (withBase) {
          MergedFolder.write(Files.createDirectories(folder.resolve(BASE)), base, head);
        }
        writeLabels(folder, head.labels());
        finish(folder, base, PythonCode.classifier(this, head, base, length(model)));
        return head.task().peftTask().equals(TransformersTask.TOKENS)
            ? Kind.TOKEN_CLASSIFIER
            : names.readsPictures() ? Kind.PICTURE_CLASSIFIER : Kind.CLASSIFIER;
      }
      PeftFolder.write(folder, module, Map.of(), bare(base));
      SafetensorsWriter.write(
          folder.resolve(HEAD), model.heads().tensors(), Map.of("format", "pt"));
      writeBase(folder, base);
      if (model.heads().labels().size() == 1) {
        writeLabels(folder, labels(model.heads().labels()).values().iterator().next());
      }
      finish(folder, base, PythonCode.headBeside(this, model, length(model)));
      return base.backbone().config().transformers().readsPictures()
          ? Kind.PICTURE_HEAD_BESIDE
          : Kind.HEAD_BESIDE;
    }
  }

  /**
   * Writes a module without a head.
   *
   * @param folder exists
   * @param base that it belongs to
   * @param module of a domain
   * @return how it is loaded
   */
  Kind write(Path folder, TextBase base, AdapterModule module) throws IOException {
    if (base.backbone().causalHead() != null) {
      String prefix = base.backbone().config().transformers().prefix();
      PeftFolder.write(folder, module, Map.of(), PeftSettings.causal(prefix, baseName(base)));
      writeBase(folder, base);
      finish(folder, base, PythonCode.decoder(this, base));
      return Kind.DECODER;
    }
    PeftFolder.write(folder, module, Map.of(), bare(base));
    writeBase(folder, base);
    finish(folder, base, PythonCode.encoder(this, base));
    return Kind.ENCODER;
  }

  private PeftSettings bare(TextBase base) {
    return PeftSettings.bare(base.backbone().config().transformers(), baseName(base));
  }

  private static int length(TextModel model) {
    return model.options().maxLength();
  }

  private void writeBase(Path folder, TextBase base) throws IOException {
    if (withBase) {
      MergedFolder.write(Files.createDirectories(folder.resolve(BASE)), base);
    }
  }

  private static void writeLabels(Path folder, List<String> labels) {
    if (!labels.isEmpty()) {
      AtomicFiles.writeText(folder.resolve("labels.txt"), String.join("\n", labels) + "\n");
    }
  }

  private static void finish(Path folder, TextBase base, String readme) {
    TokenizerFiles.write(folder, base);
    AtomicFiles.writeText(folder.resolve("README.md"), readme);
  }

  /** Names of the labels by the head's name among the tensors; none for numbers. */
  static Map<String, List<String>> labels(DomainLabels labels) {
    Map<String, List<String>> byHead = new LinkedHashMap<>();
    for (DomainLabels.Head head : labels.heads()) {
      byHead.put(head.domain(), head.labels().names());
    }
    return byHead;
  }

  /** What Python is to load the base from: always a whole path where it is a folder. */
  String baseName(TextBase base) {
    if (withBase) {
      return out.toAbsolutePath().normalize().resolve(BASE).toString();
    }
    return isFolder(base)
        ? Path.of(base.name()).toAbsolutePath().normalize().toString()
        : base.name();
  }

  /** Whether transformers can load the base by the name that is written. */
  boolean namesLoadableBase(TextBase base) {
    return withBase || isFolder(base);
  }

  private static boolean isFolder(TextBase base) {
    try {
      return Files.exists(Path.of(base.name()).resolve("config.json"));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** A value as both JSON and Python write it. */
  static String literal(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
