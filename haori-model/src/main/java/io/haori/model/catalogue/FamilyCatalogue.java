package io.haori.model.catalogue;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import io.haori.model.family.bert.BertFamily;
import io.haori.model.family.bert.RobertaFamily;
import io.haori.model.family.dinov2.Dinov2Family;
import io.haori.model.family.distilbert.DistilBertFamily;
import io.haori.model.family.gpt2.Gpt2Family;
import io.haori.model.family.llama.LlamaFamily;
import io.haori.model.family.llama.MistralFamily;
import io.haori.model.family.llama.QwenFamily;
import io.haori.model.family.modernbert.ModernBertFamily;
import io.haori.model.family.vit.VitFamily;
import io.haori.model.weights.InputsFirst;
import io.haori.model.weights.Weights;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Path;
import java.util.List;

/** The model families that can be built: one line each. */
public final class FamilyCatalogue {
  private static final List<ModelFamily> ALL =
      List.of(
          new BertFamily(),
          new RobertaFamily(),
          new DistilBertFamily(),
          new ModernBertFamily(),
          new LlamaFamily(),
          new MistralFamily(),
          new QwenFamily(),
          new Gpt2Family(),
          VitFamily.vit(),
          VitFamily.deit(),
          new Dinov2Family());

  /** Model types that can be built, as {@code config.json} names them. */
  public static final List<String> MODEL_TYPES =
      ALL.stream().flatMap(family -> family.modelTypes().stream()).toList();

  private FamilyCatalogue() {}

  /**
   * Reads a {@code config.json}.
   *
   * @param file written by Hugging Face's libraries or alike
   * @return what it says
   * @throws UserError in one sentence that begins with the file's name
   */
  public static ModelConfig read(Path file) {
    return read(file, ConfigJson.open(file));
  }

  /**
   * Reads what another file says in the words of a {@code config.json}.
   *
   * @param file named first in messages
   * @param json what it says
   * @throws UserError in one sentence that begins with the file's name
   */
  public static ModelConfig read(Path file, ConfigJson json) {
    try {
      // The model type first: the other keys of an unknown type mean nothing here.
      String modelType = json.text("model_type", null);
      json.requireAbsent(
          "quantization_config",
          "left out: a base is read as floats, and rounded when it is opened");
      return familyOf(modelType).read(modelType, json);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Puts a base together.
   *
   * @param config its shape
   * @param weights its tensors; may be closed afterwards
   * @param dtype type that the weights are kept in
   * @return owns its weights
   * @throws UserError when a tensor is missing or has another shape
   */
  public static Backbone build(ModelConfig config, Weights weights, DType dtype) {
    return build(config, weights, BasePrecision.of(dtype), Pooling.AUTO);
  }

  /**
   * Puts a base together that was trained with a way to make one vector of a text.
   *
   * @param config its shape
   * @param weights its tensors; may be closed afterwards
   * @param precision how the matrices of the layers are kept
   * @param pooling what {@link Pooling#AUTO} is for this base; {@code AUTO} for what its parts say
   * @return owns its weights
   * @throws UserError when a tensor is missing or has another shape
   */
  public static Backbone build(
      ModelConfig config, Weights weights, BasePrecision precision, Pooling pooling) {
    ModelFamily family = familyOf(config.modelType());
    return build(
        family,
        config,
        new WeightLoader(
            InputsFirst.turned(config.transformers(), weights),
            precision,
            family.prefixes(),
            family.tensorOfAll()),
        pooling);
  }

  /**
   * Puts a base together whose matrices stay in their file until {@link Backbone#quantise} reads
   * texts and rounds them to 8 bits, one after another.
   *
   * @param config its shape
   * @param weights its tensors; must stay open until then
   * @param pooling as for {@link #build(ModelConfig, Weights, BasePrecision, Pooling)}
   * @return owns its weights
   * @throws UserError when a tensor is missing or has another shape
   */
  public static Backbone deferring(ModelConfig config, Weights weights, Pooling pooling) {
    ModelFamily family = familyOf(config.modelType());
    return build(
        family,
        config,
        WeightLoader.deferring(
            InputsFirst.turned(config.transformers(), weights),
            family.prefixes(),
            family.tensorOfAll()),
        pooling);
  }

  private static Backbone build(
      ModelFamily family, ModelConfig config, WeightLoader loader, Pooling pooling) {
    boolean complete = false;
    try {
      Backbone backbone = family.build(config, loader).pooledBy(pooling);
      complete = true;
      return backbone;
    } finally {
      if (!complete) {
        loader.freeAll();
      }
    }
  }

  private static ModelFamily familyOf(String modelType) {
    for (ModelFamily family : ALL) {
      if (family.modelTypes().contains(modelType)) {
        return family;
      }
    }
    throw new UserError("model_type must be one of " + MODEL_TYPES + ", got " + modelType);
  }
}
