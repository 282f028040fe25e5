package io.haori.adapter.peft;

import io.haori.core.check.Check;
import io.haori.model.config.ModuleNames;
import io.haori.model.config.TransformersNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PEFT folder says besides the method: where its modules live and where it comes from.
 *
 * @param modelPrefix what comes before a slot's name in the model that PEFT wraps: {@code bert.} or
 *     {@code roberta.} for a model with a head, empty for a bare one
 * @param taskType {@code SEQ_CLS}, {@code FEATURE_EXTRACTION} or another of PEFT's; null for none
 * @param baseModel {@code base_model_name_or_path}, or null
 * @param revision of the base, or null
 * @param inferenceMode whether PEFT loads the adapter frozen
 * @param peftVersion of the library that wrote the folder, or null
 * @param modulesToSave names of modules stored as full tensors, such as {@code classifier}
 * @param modules what the slots are called in the model that PEFT wraps
 */
public record PeftSettings(
    String modelPrefix,
    @Nullable String taskType,
    @Nullable String baseModel,
    @Nullable String revision,
    boolean inferenceMode,
    @Nullable String peftVersion,
    List<String> modulesToSave,
    ModuleNames modules) {
  /** For a model whose modules have the names of the slots. */
  public PeftSettings(
      String modelPrefix,
      @Nullable String taskType,
      @Nullable String baseModel,
      @Nullable String revision,
      boolean inferenceMode,
      @Nullable String peftVersion,
      List<String> modulesToSave) {
    this(
        modelPrefix,
        taskType,
        baseModel,
        revision,
        inferenceMode,
        peftVersion,
        modulesToSave,
        ModuleNames.SAME);
  }

  /** Checks the prefix and copies the list. */
  public PeftSettings {
    Check.require(
        modelPrefix.isEmpty() || modelPrefix.endsWith("."),
        "model prefix",
        "empty or end in a dot",
        modelPrefix);
    modulesToSave = List.copyOf(modulesToSave);
  }

  /** For a classifier whose class puts a prefix, for example {@code bert.}, before the base. */
  public static PeftSettings classification(String prefix, @Nullable String baseModel) {
    return classification(prefix, baseModel, List.of("classifier"));
  }

  /**
   * The same with other modules as full tensors.
   *
   * @param prefix of the base within the classifier, for example {@code bert.}
   * @param baseModel {@code base_model_name_or_path}, or null
   * @param modulesToSave {@code classifier}, and {@code pooler} where it is stored as well
   */
  public static PeftSettings classification(
      String prefix, @Nullable String baseModel, List<String> modulesToSave) {
    return head("SEQ_CLS", prefix, baseModel, modulesToSave);
  }

  /**
   * For any class with a head.
   *
   * @param taskType such as {@code TOKEN_CLS}; null where PEFT has no class for it
   * @param prefix of the base within the class, for example {@code bert.}
   * @param baseModel {@code base_model_name_or_path}, or null
   * @param modulesToSave the head's modules
   */
  public static PeftSettings head(
      @Nullable String taskType,
      String prefix,
      @Nullable String baseModel,
      List<String> modulesToSave) {
    return new PeftSettings(prefix, taskType, baseModel, null, true, null, modulesToSave);
  }

  /** For a base without a head. */
  public static PeftSettings bare(@Nullable String baseModel) {
    return new PeftSettings("", "FEATURE_EXTRACTION", baseModel, null, true, null, List.of());
  }

  /**
   * For a base without a head of any family.
   *
   * @param names of the family
   * @param baseModel {@code base_model_name_or_path}, or null
   */
  public static PeftSettings bare(TransformersNames names, @Nullable String baseModel) {
    String task = names.peftTask("FEATURE_EXTRACTION");
    return head(task, "", baseModel, List.of()).with(names.modules());
  }

  /**
   * For a decoder with its language head.
   *
   * @param prefix of the base within the class with the head, for example {@code model.}
   * @param baseModel {@code base_model_name_or_path}, or null
   */
  public static PeftSettings causal(String prefix, @Nullable String baseModel) {
    return head("CAUSAL_LM", prefix, baseModel, List.of());
  }

  PeftSettings withPrefix(String prefix) {
    return new PeftSettings(
        prefix, taskType, baseModel, revision, inferenceMode, peftVersion, modulesToSave, modules);
  }

  /** The same for a model whose modules have other names than the slots. */
  public PeftSettings with(ModuleNames newModules) {
    return new PeftSettings(
        modelPrefix,
        taskType,
        baseModel,
        revision,
        inferenceMode,
        peftVersion,
        modulesToSave,
        newModules);
  }
}
