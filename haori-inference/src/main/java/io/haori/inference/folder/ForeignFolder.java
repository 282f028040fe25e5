package io.haori.inference.folder;

import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftDescription;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.Projection.Activation;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.Bases;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames.Classifier;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sequence classifier that PEFT's own classes stored: a PEFT folder with the tensors of its head
 * and without {@code haori.json}. What is not in it comes from the base's {@code config.json}: the
 * names of the labels in {@code id2label}.
 *
 * <p>BERT's head is {@code classifier}, read from the base's pooler or from one that was stored
 * with the head. RoBERTa's is {@code classifier.dense}, {@code tanh} and {@code
 * classifier.out_proj} on the first token, DistilBERT's {@code pre_classifier}, {@code relu} and
 * {@code classifier}. Decoders have {@code score} on the last token, for sequences without a bias.
 */
final class ForeignFolder {
  private static final String BERT_HEAD = "classifier";
  private static final String ROBERTA_HEAD = "classifier.out_proj";
  private static final String DECODER_HEAD = "score";
  private static final String ROBERTA_PROJECTION = "classifier.dense";
  private static final String DISTILBERT_PROJECTION = "pre_classifier";
  private static final String POOLER = "pooler.dense";

  /** More tokens than this cost more than they tell; PEFT's users cut at the base's positions. */
  private static final int LONGEST = 512;

  private static final Set<String> TASK_TYPES =
      Set.of(TransformersTask.SEQUENCE, TransformersTask.TOKENS, "FEATURE_EXTRACTION");

  private ForeignFolder() {}

  /** Whether a folder holds an adapter of PEFT's without what Haori writes beside it. */
  static boolean exists(Path folder) {
    return Files.exists(folder.resolve(PeftFolder.CONFIG)) && !HaoriJson.exists(folder);
  }

  /**
   * What a folder says of itself, before its base is loaded.
   *
   * @param folder with a sequence classifier
   * @param base as the user named it; null for the one that the folder names
   * @param names of the labels in the order of the head's outputs; empty for those of the base
   */
  static HaoriJson describe(Path folder, @Nullable String base, List<String> names) {
    PeftDescription description = PeftFolder.describe(folder);
    String peftTask = description.settings().taskType();
    if (peftTask != null && !TASK_TYPES.contains(peftTask)) {
      throw Check.in(
          folder.resolve(PeftFolder.CONFIG),
          "task_type must be SEQ_CLS or TOKEN_CLS to answer texts, got "
              + JsonFile.printable(peftTask));
    }
    Map<String, List<Long>> heads = description.headShapes();
    String head =
        Stream.of(ROBERTA_HEAD, DECODER_HEAD)
            .filter(name -> heads.containsKey(name + ".weight"))
            .findFirst()
            .orElse(BERT_HEAD);
    List<Long> shape = heads.get(head + ".weight");
    if (shape == null) {
      throw Check.in(
          folder,
          "holds no head of a task (no classifier among its tensors), so it answers nothing; mix"
              + " it for a task");
    }
    Check.require(
        shape.size() == 2 && shape.get(0) <= Integer.MAX_VALUE,
        head + ".weight of " + folder,
        "of the shape [labels, width]",
        shape);
    String opened = base == null ? baseOf(folder, description) : base;
    int outputs = Math.toIntExact(shape.get(0));
    boolean own =
        heads.containsKey(POOLER + ".weight")
            || heads.containsKey(DISTILBERT_PROJECTION + ".weight")
            || head.equals(ROBERTA_HEAD);
    Task task = TaskCatalogue.ofTransformers(peftTask, problem(opened), outputs);
    DomainLabels labels =
        DomainLabels.single(task, LabelSet.of(names(folder, opened, task, outputs, names)));
    return new HaoriJson(
        description.method(),
        null,
        Map.of(),
        opened,
        "",
        null,
        pooling(task, head, own, opened),
        LONGEST,
        labels,
        TargetScale.none(labels),
        List.of());
  }

  /** What the head reads. */
  private static Pooling pooling(Task task, String head, boolean ownPooler, String base) {
    if (task.readsWords()) {
      return Pooling.AUTO;
    }
    if (head.equals(DECODER_HEAD)) {
      return Pooling.LAST;
    }
    Path file = config(base);
    if (file != null
        && FamilyCatalogue.read(file).transformers().classifier()
            == Classifier.LINEAR_ON_FIRST_AND_PATCHES) {
      return Pooling.FIRST_AND_PATCHES;
    }
    return ownPooler ? Pooling.FIRST : Pooling.CLS;
  }

  /** The base that a folder names, when it is there. */
  static String baseOf(Path folder, PeftDescription description) {
    String named = description.settings().baseModel();
    if (named != null && (Bases.NAMES.contains(named) || config(named) != null)) {
      return named;
    }
    throw new UserError(
        "base must be the base of "
            + folder
            + ", which names "
            + (named == null ? "none" : JsonFile.printable(named) + ", where none is")
            + ", got nothing");
  }

  private static @Nullable Path config(String base) {
    try {
      Path file = Path.of(base).resolve("config.json");
      return Files.exists(file) ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** What the base's file says that its own head is for. */
  private static @Nullable String problem(String base) {
    Path file = config(base);
    return file == null ? null : FamilyCatalogue.read(file).problemType();
  }

  /** Names by output; none for a number. */
  private static List<String> names(
      Path folder, String base, Task task, int outputs, List<String> chosen) {
    Path file = config(base);
    ModelConfig config = file == null ? null : FamilyCatalogue.read(file);
    if (task.leastClasses() == 0) {
      Check.require(
          chosen.isEmpty(),
          "headLabels",
          "left out for " + folder + ", whose head gives one number",
          chosen.size() + " names");
      return List.of();
    }
    if (!chosen.isEmpty()) {
      Check.require(
          chosen.size() == outputs && new HashSet<>(chosen).size() == outputs,
          "headLabels",
          "the " + outputs + " labels of " + folder + ", one a line",
          chosen.size());
      return chosen;
    }
    List<String> stated = config == null ? List.of() : config.labels();
    boolean usable = stated.size() == outputs && new HashSet<>(stated).size() == outputs;
    return usable ? stated : IntStream.range(0, outputs).mapToObj(String::valueOf).toList();
  }

  /**
   * Loads a model.
   *
   * @param folder with a sequence classifier
   * @param base in the name that it was described with; stays open
   * @param names as in {@link #describe}
   * @param precision type of the activations
   * @return owned by the caller
   */
  static TextModel load(Path folder, TextBase base, List<String> names, DType precision) {
    HaoriJson json = describe(folder, base.name(), names);
    Task task = json.labels().task();
    Classifier form = base.backbone().config().transformers().classifier();
    Check.require(
        form != Classifier.OTHER,
        "base of " + folder,
        "of the family BERT, RoBERTa or DistilBERT or a decoder, whose classifiers of PEFT's are"
            + " read",
        base.backbone().config().modelType());
    boolean score = PeftFolder.describe(folder).headShapes().containsKey(DECODER_HEAD + ".weight");
    Check.require(
        score == (form == Classifier.LINEAR_ON_LAST_TOKEN),
        "base of " + folder,
        score
            ? "a decoder, which the head score belongs to"
            : "an encoder, which the head classifier belongs to",
        base.backbone().config().modelType());
    Check.require(
        form != Classifier.RELU_ON_FIRST_TOKEN
            || task.readsWords()
            || json.pooling() == Pooling.FIRST,
        "modules_to_save of " + folder,
        "with "
            + DISTILBERT_PROJECTION
            + ", which DistilBERT's classifier has before its last layer",
        "a head without it");
    Check.require(
        json.pooling() != Pooling.CLS
            || base.backbone().pooler() != null
            || form == Classifier.LINEAR_ON_FIRST_TOKEN,
        "base of " + folder,
        "one with a pooler, through which BERT's classifier reads a text, unless modules_to_save"
            + " has a pooler as well",
        base.name() + " without one");
    PeftAdapter adapter = PeftFolder.read(folder, base.backbone());
    try (Scope scope = Scope.open()) {
      AdapterModule module = adapter.module();
      int width = json.pooling().width(base.backbone());
      int outputs = json.labels().outputs(0);
      List<String> order = names(folder, base.name(), task, outputs, names);
      Map<String, Tensor> tensors = tensors(adapter.headTensors(), json.labels(), order);
      if (score) {
        // Those for sequences have none.
        tensors.putIfAbsent(BERT_HEAD + ".bias", Tensors.zeros(DType.F32, outputs));
      }
      Heads heads = Heads.restore(json.labels(), width, tensors);
      int length = Math.min(json.maxLength(), base.backbone().positions());
      return new TextModel(base, module, heads, new TextOptions(json.pooling(), length, precision));
    } catch (RuntimeException e) {
      adapter.module().close();
      throw e;
    } finally {
      adapter.headTensors().values().forEach(Tensor::close);
    }
  }

  /** The head as {@link Heads} names it, its rows in the order of the labels. */
  private static Map<String, Tensor> tensors(
      Map<String, Tensor> stored, DomainLabels labels, List<String> order) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean roberta = stored.containsKey(ROBERTA_HEAD + ".weight");
    String head = roberta ? ROBERTA_HEAD : BERT_HEAD;
    copy(stored, head, tensors, BERT_HEAD);
    copy(stored, DECODER_HEAD, tensors, BERT_HEAD);
    copy(stored, roberta ? ROBERTA_PROJECTION : POOLER, tensors, Activation.TANH.layer());
    copy(stored, DISTILBERT_PROJECTION, tensors, Activation.RELU.layer());
    List<String> sorted = labels.heads().get(0).labels().names();
    if (!sorted.equals(order)) {
      long[] rows = sorted.stream().mapToLong(order::indexOf).toArray();
      Tensor index = Tensors.of(rows, rows.length);
      List<String> both = new ArrayList<>(List.of(BERT_HEAD + ".weight", BERT_HEAD + ".bias"));
      both.forEach(name -> tensors.computeIfPresent(name, (n, t) -> t.indexSelect(0, index)));
    }
    return tensors;
  }

  private static void copy(
      Map<String, Tensor> from, String name, Map<String, Tensor> to, String newName) {
    for (String part : List.of(".weight", ".bias")) {
      Tensor tensor = from.get(name + part);
      if (tensor != null) {
        to.put(newName + part, tensor);
      }
    }
  }
}
