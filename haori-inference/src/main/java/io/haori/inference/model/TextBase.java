package io.haori.inference.model;

import io.haori.core.weights.DType;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextReader;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.base.BaseMemory;
import io.haori.model.base.BaseModel;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.AvailableMemory;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A base in memory: its encoder, and what turns rows into its tokens. Owns both.
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("minilm")) {
 *   float[][] vectors = base.embed(List.of("a rich soup", "a sweet cake"));   // [2][384]
 * }
 * }</pre>
 *
 * <p>Thread-safe for reading: any number of threads may embed, and any number of models may sit on
 * one base and predict or be tuned at once. The exceptions are {@code full}, which trains the
 * base's own weights: nobody else may use the base while its model is open, and {@code bidora}:
 * nobody else may use the base while it is tuned. Close the models before the base, and the base
 * when no thread uses it any more.
 *
 * @param name one of the known bases, or the absolute path of a folder
 * @param digest SHA-256 of its weights
 * @param backbone the encoder
 * @param reader turns rows into tokens
 */
public record TextBase(String name, String digest, Backbone backbone, RowReader reader)
    implements AutoCloseable {
  /** A base that reads texts. */
  public TextBase(String name, String digest, Backbone backbone, Tokenizer tokenizer) {
    this(name, digest, backbone, new TextReader(tokenizer));
  }

  /**
   * Loads a base for predictions and for methods that leave its weights alone: in the fastest type
   * of this processor, without hearing of downloads.
   *
   * @param name of a known base, for example {@code minilm}, or a Hugging Face folder
   * @throws io.haori.core.check.UserError when there is no such base, or a file of it is wrong
   */
  public static TextBase open(String name) {
    return open(name, TextOptions.usual().precision(), FetchListener.SILENT);
  }

  /**
   * Loads a base.
   *
   * @param name of a known base, or a Hugging Face folder
   * @param dtype type that the weights are kept in
   * @param listener hears of downloads
   */
  public static TextBase open(String name, DType dtype, FetchListener listener) {
    return open(name, BasePrecision.of(dtype), listener);
  }

  /**
   * Loads a base whose layers may be kept in fewer bits.
   *
   * @param name of a known base, or a Hugging Face folder
   * @param precision how the matrices of the layers are kept
   * @param listener hears of downloads
   */
  public static TextBase open(String name, BasePrecision precision, FetchListener listener) {
    return open(name, BaseForm.of(precision), listener);
  }

  /**
   * Loads a base in a form.
   *
   * @param name of a known base, or a Hugging Face folder
   * @param form how it lies in memory
   * @param listener hears of downloads
   * @throws io.haori.core.check.UserError when it is no base, or there is no room for it
   */
  public static TextBase open(String name, BaseForm form, FetchListener listener) {
    BasePrecision precision = form.precision();
    BaseModel files = openBesideEngine(name, listener);
    RowReader reader = RowReader.of(files.input());
    try (Scope scope = Scope.open()) {
      BaseMemory.requireRoom(name, files.weights(), precision, AvailableMemory.bytes());
      Backbone backbone =
          precision == BasePrecision.INT8
              ? inEightBits(files, reader, form)
              : FamilyCatalogue.build(
                  files.config(), files.weights(), precision, files.sentence().pooling());
      return new TextBase(files.name(), files.digest(), backbone, reader);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    } finally {
      files.weights().close();
    }
  }

  /** Each matrix is rounded as soon as the calibration rows have gone through it. */
  private static Backbone inEightBits(BaseModel files, RowReader reader, BaseForm form) {
    Backbone backbone =
        FamilyCatalogue.deferring(files.config(), files.weights(), files.sentence().pooling());
    boolean complete = false;
    try {
      CalibrationRows.quantise(backbone, reader, form.gradients());
      complete = true;
      return backbone;
    } finally {
      if (!complete) {
        backbone.close();
      }
    }
  }

  /**
   * Opens the files while another thread loads the native libraries: both take some 0.3 s, the
   * digest of a folder's weights more.
   */
  private static BaseModel openBesideEngine(String name, FetchListener listener) {
    CompletableFuture<Void> engine = CompletableFuture.runAsync(Engine::load);
    BaseModel files;
    try {
      files = Bases.open(name, listener);
    } catch (RuntimeException e) {
      // The process must not end while libraries are being loaded.
      engine.join();
      throw e;
    }
    engine.join();
    return files;
  }

  /**
   * Text to ids.
   *
   * @throws io.haori.core.check.UserError when the base reads pictures
   */
  public Tokenizer tokenizer() {
    return reader.tokenizer(name);
  }

  /** How the matrices of its layers are kept. */
  public BasePrecision precision() {
    return backbone.slots().get(0).weight().precision();
  }

  /**
   * The vector of one text; see {@link #embed(List)}.
   *
   * @param text not blank
   * @return {@code [width]}
   */
  public float[] embed(String text) {
    return embed(List.of(text))[0];
  }

  /**
   * Vectors of texts from the base alone, pooled as the base is meant to be, of at most {@value
   * TextOptions#DEFAULT_MAX_LENGTH} tokens, in the fastest precision.
   *
   * @param texts none blank
   * @return {@code [n][width]}, in their order
   * @throws io.haori.core.check.UserError when a text is blank
   */
  public float[][] embed(List<String> texts) {
    TextOptions usual = TextOptions.usual();
    int length = Math.min(usual.maxLength(), backbone.positions());
    return embed(texts, new TextOptions(usual.pooling(), length, usual.precision()));
  }

  /**
   * Vectors of texts from the base alone.
   *
   * @param texts none blank
   * @param options how texts are read and pooled
   * @return {@code [n][width]}, in their order
   * @throws io.haori.core.check.UserError when a text is blank or the texts may be longer than the
   *     base can read
   */
  public float[][] embed(List<String> texts, TextOptions options) {
    options.requireReadableBy(this);
    TokenizedRows rows = reader.read(PlainTexts.rows(texts), options.maxLength());
    return TextVectors.floats(this, Adaptation.NONE, options, rows);
  }

  @Override
  public void close() {
    backbone.close();
    reader.close();
  }
}
