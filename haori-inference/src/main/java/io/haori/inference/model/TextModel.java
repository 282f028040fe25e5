package io.haori.inference.model;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A base with an adapter module and heads: text in, answers out. Owns the module and the heads; the
 * base is shared and stays open. A model whose method trained the base's weights has the base for
 * itself until it is closed.
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("minilm");
 *     TextModel model = AdapterFolder.load(folder, base)) {
 *   for (Prediction prediction : model.predict(texts)) {
 *     System.out.println(prediction.label() + " " + prediction.probability());
 *   }
 * }
 * }</pre>
 *
 * <p>Thread-safe for reading: any number of threads may predict, embed and tokenise with one model
 * at once, and several models may share one base. Each call uses the threads of {@link
 * io.haori.tensor.Engine#threads()}, so a few calling threads are enough to keep all cores busy.
 * {@link #close()} must wait until all of them are done. To change modules while others predict,
 * use {@link io.haori.inference.live.LiveModel}.
 */
public final class TextModel implements AutoCloseable {
  private final TextBase base;
  private final AdapterModule module;
  private final Heads heads;
  private final TextOptions options;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Puts the parts together.
   *
   * @param base shared, not closed here
   * @param module sits on the base's slots
   * @param heads read the pooled vector
   * @param options how texts are read
   */
  public TextModel(TextBase base, AdapterModule module, Heads heads, TextOptions options) {
    options.requireReadableBy(base);
    this.base = base;
    this.module = module;
    this.heads = heads;
    this.options = options;
  }

  /** The base. */
  public TextBase base() {
    return base;
  }

  /** The adapter module. */
  public AdapterModule module() {
    return module;
  }

  /** The heads. */
  public Heads heads() {
    return heads;
  }

  /** How texts are read. */
  public TextOptions options() {
    return options;
  }

  /**
   * All that one prediction reads. Use it only while this is open.
   *
   * @throws IllegalStateException when the model is closed
   */
  public TextPass pass() {
    if (closed.get()) {
      throw new IllegalStateException("the model is closed");
    }
    return new TextPass(base, module, heads, options);
  }

  /** Tokenises rows as this model reads them. */
  public TokenizedRows tokenize(List<Row> rows) {
    return pass().tokenize(rows);
  }

  /** Puts tokens into native memory; to be closed after the pass backwards, which reads it. */
  public static TextBatch batch(TokenBatch tokens) {
    return TextPass.batch(tokens);
  }

  /**
   * Vectors of many texts.
   *
   * @param rows the texts
   * @return F32 {@code [n, width]} in the rows' order, in the current scope
   */
  public Tensor vectors(TokenizedRows rows) {
    return pass().vectors(rows);
  }

  /**
   * Answers for texts, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][outputs]}: probabilities of the classes, or the number
   */
  public float[][] answers(TokenizedRows rows, int[] headOfRow) {
    return pass().answers(rows, headOfRow);
  }

  /**
   * Answers for texts with all their digits, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}: probabilities of the classes, or the number in the
   *     unit of the labels
   */
  public double[][] numbers(TokenizedRows rows, int[] headOfRow) {
    return pass().numbers(rows, headOfRow);
  }

  /**
   * What the only head says of one text; see {@link #predict(List)}.
   *
   * @param text not blank
   * @throws io.haori.core.check.UserError when the text is blank or there are several heads
   */
  public Prediction predict(String text) {
    return predict(List.of(text)).get(0);
  }

  /**
   * What the only head says of texts. They are computed in batches of like length, so that one call
   * with many texts is faster than many calls.
   *
   * @param texts none blank; none at all gives an empty list
   * @return one prediction a text, in their order
   * @throws io.haori.core.check.UserError when a text is blank or there are several heads
   */
  public List<Prediction> predict(List<String> texts) {
    return predictRows(PlainTexts.rows(texts));
  }

  /**
   * What the heads say of rows: of pairs of texts, or of texts of several domains, each from the
   * head of its domain.
   *
   * @param rows labels are not looked at
   * @return one prediction a row, in their order
   * @throws io.haori.core.check.UserError when there are several heads and none for a row's domain
   */
  public List<Prediction> predictRows(List<Row> rows) {
    return pass().predict(rows);
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
   * The vectors that the heads read: the base with this model's adapter, pooled as the model pools.
   * {@link TextBase#embed(List)} gives those of the base alone.
   *
   * @param texts none blank
   * @return {@code [n][width]}, in their order
   * @throws io.haori.core.check.UserError when a text is blank
   */
  public float[][] embed(List<String> texts) {
    return pass().embed(PlainTexts.rows(texts));
  }

  /**
   * Frees module and heads; a second call does nothing. No thread may be predicting. A base whose
   * weights were trained is afterwards what it was when it was loaded, to the bit.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (module.method().trainsBase()) {
      base.backbone().weights().forEach(Weight::freeze);
    }
    module.close();
    heads.close();
  }
}
