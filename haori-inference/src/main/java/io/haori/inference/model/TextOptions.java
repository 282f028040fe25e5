package io.haori.inference.model;

import static io.haori.core.check.Check.require;

import io.haori.core.json.SettingsReader;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.Processor;
import java.util.Map;
import java.util.TreeMap;

/**
 * How texts are read and computed.
 *
 * @param pooling how tokens become one vector
 * @param maxLength tokens of a text at most, the rest is cut; at least 3
 * @param precision type of the activations: F32 or BF16
 * @param base how the base is kept
 */
public record TextOptions(Pooling pooling, int maxLength, DType precision, BaseOptions base) {
  /** The usual bound on the tokens of a text. */
  public static final int DEFAULT_MAX_LENGTH = 128;

  /** Checks the bounds. */
  public TextOptions {
    require(maxLength >= 3, "maxLength", "at least 3", maxLength);
    require(
        precision == DType.F32 || precision == DType.BF16, "precision", "fp32 or bf16", precision);
  }

  /** With the base kept as is usual. */
  public TextOptions(Pooling pooling, int maxLength, DType precision) {
    this(pooling, maxLength, precision, BaseOptions.DEFAULT);
  }

  /**
   * Numbers of the vector that heads read of a text.
   *
   * @param base reads it
   * @throws io.haori.core.check.UserError when the base does not read what the pooling needs
   */
  public int width(TextBase base) {
    return pooling.width(base.backbone());
  }

  /** The same with another pooling. */
  public TextOptions withPooling(Pooling newPooling) {
    return new TextOptions(newPooling, maxLength, precision, base);
  }

  /**
   * The same for vectors that are compared as they are, with the pooling that suits them where none
   * was chosen ({@link Pooling#forComparison}).
   */
  public TextOptions forComparison(TextBase base) {
    return withPooling(pooling.forComparison(base.backbone()));
  }

  /** The same with another bound on the tokens of a text. */
  public TextOptions withMaxLength(int newMaxLength) {
    return new TextOptions(pooling, newMaxLength, precision, base);
  }

  /** The same with another type of the activations. */
  public TextOptions withPrecision(DType newPrecision) {
    return new TextOptions(pooling, maxLength, newPrecision, base);
  }

  /** The same with the base kept in another way. */
  public TextOptions withBase(BaseOptions newBase) {
    return new TextOptions(pooling, maxLength, precision, newBase);
  }

  /** Automatic pooling, {@value #DEFAULT_MAX_LENGTH} tokens, the fastest precision here. */
  public static TextOptions usual() {
    return new TextOptions(
        Pooling.AUTO, DEFAULT_MAX_LENGTH, Processor.bf16IsFast() ? DType.BF16 : DType.F32);
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run
   * @param otherwise what is not given
   */
  public static TextOptions read(SettingsReader settings, TextOptions otherwise) {
    return new TextOptions(
        settings.read("pooling", otherwise.pooling, Pooling::parse),
        settings.whole("maxLength", otherwise.maxLength),
        settings.read("precision", otherwise.precision, TextOptions::precision),
        BaseOptions.read(settings, otherwise.base));
  }

  /**
   * Reads a precision as {@link #word} writes it.
   *
   * @param setting name of the setting, for the message
   * @param text {@code fp32} or {@code bf16}
   */
  public static DType precision(String setting, String text) {
    require(text.equals("fp32") || text.equals("bf16"), setting, "fp32 or bf16", text);
    return text.equals("fp32") ? DType.F32 : DType.BF16;
  }

  /** All choices by the names that {@code --set} and the options have for them. */
  public Map<String, Object> byName() {
    Map<String, Object> all = new TreeMap<>(base.byName());
    all.put("pooling", pooling.word());
    all.put("maxLength", maxLength);
    all.put("precision", word(precision));
    return all;
  }

  /** A precision as {@code --precision} takes it: {@code fp32} or {@code bf16}. */
  public static String word(DType precision) {
    return precision == DType.F32 ? "fp32" : "bf16";
  }

  /**
   * Refuses texts that are longer than a base can read.
   *
   * @param base that is to read them
   */
  void requireReadableBy(TextBase base) {
    int positions = base.backbone().positions();
    require(
        maxLength <= positions,
        "maxLength",
        "at most " + positions + " for the base " + base.name(),
        maxLength);
  }
}
