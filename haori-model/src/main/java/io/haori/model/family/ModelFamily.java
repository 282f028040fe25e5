package io.haori.model.family;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import java.util.List;

/**
 * A family of bases: how its configuration is read, what its tensors are called and which parts it
 * is put together from. Nothing outside a family knows a model type by name.
 */
public interface ModelFamily {
  /** The values of {@code model_type} that belong to this family. */
  List<String> modelTypes();

  /**
   * Reads a configuration.
   *
   * @param modelType one of {@link #modelTypes}
   * @param json an open {@code config.json}
   * @throws io.haori.core.check.UserError for a key that would change the arithmetic and is not
   *     supported
   */
  ModelConfig read(String modelType, ConfigJson json);

  /**
   * What a file of this family may put before the names of its tensors, for example {@code bert.}.
   */
  List<String> prefixes();

  /** The name, without prefix, of a tensor that every base of this family has. */
  String tensorOfAll();

  /**
   * Puts a base together.
   *
   * @param config made by {@link #read}, or by hand
   * @param loader of its tensors; frees them when this fails
   * @return owns its weights
   */
  Backbone build(ModelConfig config, WeightLoader loader);
}
