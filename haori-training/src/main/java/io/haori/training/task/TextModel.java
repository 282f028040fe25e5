package io.haori.training.task;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.model.transformer.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.training.data.Row;
import io.haori.training.data.TokenBatch;
import io.haori.training.data.TokenizedRows;
import java.util.List;

/**
 * A base with an adapter module and heads: text in, answers out. Owns the module and the heads; the
 * base is shared and stays open. A model whose method trained the base's weights has the base for
 * itself until it is closed.
 */
public final class TextModel implements AutoCloseable {
  private final TextBase base;
  private final AdapterModule module;
  private final Heads heads;
  private final TextOptions options;

  /**
   * Puts the parts together.
   *
   * @param base shared, not closed here
   * @param module sits on the base's slots
   * @param heads read the pooled vector
   * @param options how texts are read
   */
  public TextModel(TextBase base, AdapterModule module, Heads heads, TextOptions options) {
    int positions = base.encoder().positions();
    require(
        options.maxLength() <= positions,
        "max-length",
        "at most " + positions + " for the base " + base.name(),
        options.maxLength());
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

  /** All that one prediction reads. */
  public TextPass pass() {
    return new TextPass(base, module, heads, options);
  }

  /** Tokenises rows as this model reads them. */
  public TokenizedRows tokenize(List<Row> rows) {
    return pass().tokenize(rows);
  }

  /** Puts tokens into native memory; to be closed after the pass backwards, which reads it. */
  static TextBatch batch(TokenBatch tokens) {
    return TextPass.batch(tokens);
  }

  /**
   * One vector a text, in the tape's type.
   *
   * @param tape computes
   * @param batch the texts
   * @param checkpointing whether layers are computed again for their gradients
   * @return {@code [rows, width]}
   */
  Variable pooled(Tape tape, TextBatch batch, boolean checkpointing) {
    return pass().pooled(tape, batch, checkpointing);
  }

  /**
   * Vectors of many texts.
   *
   * @param rows the texts
   * @return F32 {@code [n, width]} in the rows' order, in the current scope
   */
  Tensor vectors(TokenizedRows rows) {
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
   * The label of one text, from the only head.
   *
   * @param text the text
   * @return the most probable class; for a regression the number in decimal digits
   */
  public String predict(String text) {
    return pass().predict(text);
  }

  /** A base whose weights were trained is afterwards what it was when it was loaded, to the bit. */
  @Override
  public void close() {
    if (module.method().trainsBase()) {
      base.encoder().weights().forEach(Weight::freeze);
    }
    module.close();
    heads.close();
  }
}
