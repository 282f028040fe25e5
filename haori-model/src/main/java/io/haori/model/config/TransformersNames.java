package io.haori.model.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How Hugging Face's transformers names the classes of a family and lays their files out.
 *
 * @param className what its classes begin with, for example {@code Bert} of {@code BertModel}
 * @param prefix what a class with a head puts before the names of the base, for example {@code
 *     bert.}
 * @param classifier what its class for sequence classification computes
 * @param causalLanguageModel the class of a base with a head that predicts the next token
 * @param inputsFirst ends of the names of matrices that its files hold as {@code [in, out]}
 * @param modules what its modules are called in memory
 */
public record TransformersNames(
    String className,
    String prefix,
    Classifier classifier,
    String causalLanguageModel,
    List<String> inputsFirst,
    ModuleNames modules) {
  private static final String SEQUENCES = "SequenceClassification";

  /** Copies the list. */
  public TransformersNames {
    inputsFirst = List.copyOf(inputsFirst);
  }

  /** A family whose modules have the names of its files. */
  public TransformersNames(
      String className,
      String prefix,
      Classifier classifier,
      String causalLanguageModel,
      List<String> inputsFirst) {
    this(className, prefix, classifier, causalLanguageModel, inputsFirst, ModuleNames.SAME);
  }

  /** A family that names its classes and stores its matrices as most do. */
  public TransformersNames(String className, String prefix, Classifier classifier) {
    this(className, prefix, classifier, className + "ForCausalLM", List.of());
  }

  /** The same with other names of its modules in memory. */
  public TransformersNames with(ModuleNames newModules) {
    return new TransformersNames(
        className, prefix, classifier, causalLanguageModel, inputsFirst, newModules);
  }

  /** Heads of sequence classifiers. */
  public enum Classifier {
    /** A linear layer {@code classifier} on the base's own pooler. */
    LINEAR_ON_POOLER,
    /**
     * {@code classifier.dense}, {@code tanh} and {@code classifier.out_proj} on the first token.
     */
    TANH_ON_FIRST_TOKEN,
    /** {@code pre_classifier}, {@code relu} and {@code classifier} on the first token. */
    RELU_ON_FIRST_TOKEN,
    /** A linear layer {@code classifier} on the first token of a picture. */
    LINEAR_ON_FIRST_TOKEN,
    /**
     * A linear layer {@code classifier} on the first token of a picture beside the mean of its
     * patches.
     */
    LINEAR_ON_FIRST_AND_PATCHES,
    /** A linear layer {@code score} without a bias on the last token. */
    LINEAR_ON_LAST_TOKEN,
    /** Other layers before the linear one, which are neither read nor written here. */
    OTHER
  }

  /**
   * What PEFT calls a task on this family.
   *
   * @param task its {@code task_type} for texts
   * @return null for pictures, for which it has no class
   */
  public @Nullable String peftTask(String task) {
    return readsPictures() ? null : task;
  }

  /** Whether its classes are those of pictures: theirs are the modules that have other names. */
  public boolean readsPictures() {
    return !modules.equals(ModuleNames.SAME);
  }

  /** Whether a file of the family holds a matrix of this name as {@code [in, out]}. */
  public boolean storesInputsFirst(String name) {
    return inputsFirst.stream().anyMatch(name::endsWith);
  }

  /** The class of a base without a head. */
  public String model() {
    return className + "Model";
  }

  /** The class of a base with a masked-LM head. */
  public String maskedLanguageModel() {
    return className + "ForMaskedLM";
  }

  /** The class of a sequence classifier. */
  public String sequenceClassifier() {
    return withHead(SEQUENCES);
  }

  /**
   * The class of a base with a head.
   *
   * @param task end of its name, such as {@code TokenClassification}
   */
  public String withHead(String task) {
    boolean pictures = readsPictures() && task.equals(SEQUENCES);
    return className + "For" + (pictures ? "ImageClassification" : task);
  }
}
