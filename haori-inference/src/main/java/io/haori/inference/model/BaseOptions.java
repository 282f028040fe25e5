package io.haori.inference.model;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.UserError;
import io.haori.core.json.SettingsReader;
import io.haori.core.weights.DType;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a run wants its base kept in memory.
 *
 * @param precision how the matrices of the layers are kept; empty for what suits the method and the
 *     type of the activations
 * @param gradients what gradients behind 8-bit matrices are computed from in training
 */
public record BaseOptions(Optional<BasePrecision> precision, InputGradients gradients) {
  /** What is taken where nothing was chosen. */
  public static final BaseOptions DEFAULT = new BaseOptions(Optional.empty(), InputGradients.INT8);

  /** The word for no choice of a precision. */
  public static final String AUTO = "auto";

  /** What {@link #precision(String, String)} reads. */
  public static final List<String> PRECISIONS =
      Stream.concat(Stream.of(AUTO), BasePrecision.ids().stream()).toList();

  private static final String PRECISION = "basePrecision";
  private static final String GRADIENTS = "baseBackward";

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run
   * @param otherwise what is not given
   */
  public static BaseOptions read(SettingsReader settings, BaseOptions otherwise) {
    return new BaseOptions(
        settings.read(PRECISION, otherwise.precision, BaseOptions::precision),
        settings.choice(GRADIENTS, otherwise.gradients));
  }

  /**
   * Reads a precision.
   *
   * @param setting name of the setting, for the message
   * @param text one of {@link #PRECISIONS}
   * @return empty for {@value #AUTO}
   */
  public static Optional<BasePrecision> precision(String setting, String text) {
    Optional<BasePrecision> precision = BasePrecision.parse(text);
    if (precision.isEmpty() && !text.equals(AUTO)) {
      throw new UserError(
          setting + " must be one of " + String.join(", ", PRECISIONS) + ", got " + text);
    }
    return precision;
  }

  /** All choices by their names in settings. */
  public Map<String, Object> byName() {
    return Map.of(PRECISION, word(), GRADIENTS, gradients.id());
  }

  /** The precision as settings name it; {@value #AUTO} for none. */
  public String word() {
    return precision.map(BasePrecision::id).orElse(AUTO);
  }

  /** Whether matrices are asked for that are kept as integers. */
  public boolean quantises() {
    return precision.map(BasePrecision::quantises).orElse(false);
  }

  /**
   * The form of a base that is opened.
   *
   * @param usual type of the matrices where none was chosen
   */
  public BaseForm form(DType usual) {
    return new BaseForm(precision.orElse(BasePrecision.of(usual)), gradients);
  }

  /**
   * Refuses a base in fewer bits for a method that moves its weights, which are floats then,
   * whatever the base was opened as.
   *
   * @param method of a run, or of a stored module
   * @param kept how the base is to be kept
   */
  public static void requireDenseFor(AdapterMethod method, BasePrecision kept) {
    require(
        !method.trainsBase() || !kept.quantises(),
        PRECISION,
        "auto, fp32 or bf16 for the method " + method.name() + ", which trains the base itself",
        kept.id());
  }

  /**
   * Refuses a base that is kept in another way than was chosen.
   *
   * @param base that is to be used
   */
  public void requireOf(TextBase base) {
    BasePrecision kept = base.precision();
    if (precision.isPresent() && precision.get() != kept) {
      throw new UserError(
          PRECISION
              + " must be auto or "
              + kept.id()
              + " on the base "
              + base.name()
              + " that was opened as "
              + kept.id()
              + ", got "
              + precision.get().id());
    }
  }
}
