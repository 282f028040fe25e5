package io.haori.training.pretrain;

import io.haori.core.check.Check;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.chat.Conversation;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DataFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Causal language modelling: each token is predicted from those before it in its text. Of a prompt
 * with its answer, and of a conversation, only the answers' tokens are predicted; the loss is the
 * mean over the predicted tokens of the whole step, so a long answer weighs as much as its tokens
 * do. No text sees another.
 */
final class CausalObjective implements Objective {
  private final TextBase base;
  private final PretrainSettings settings;
  private final PlacePrediction prediction;

  CausalObjective(TextBase base, CausalLanguageHead head, PretrainSettings settings) {
    this.base = base;
    this.settings = settings;
    this.prediction = new PlacePrediction(base, head::logits, settings.gradientCheckpointing());
  }

  @Override
  public String word() {
    return ObjectiveChoice.CAUSAL.word();
  }

  @Override
  public boolean isLikelihood() {
    return true;
  }

  /** A prompt and its answer stay apart until they are tokens. */
  @Override
  public String joined(DataFile file, Row row) {
    Conversation said = row.conversation();
    if (said != null) {
      if (!said.isAnswered()) {
        throw Check.at(
            file.path(),
            row.line(),
            "messages must end with one of the assistant, which is learnt");
      }
      return ConversationText.of(said);
    }
    String plain =
        row.textPair() == null ? Views.SAME.joined(file, row) : Views.PAIRS.joined(file, row);
    return ConversationText.is(plain) ? " " + plain.substring(1) : plain;
  }

  @Override
  public TokenizedRows rows(List<String> texts, Tokenizer tokenizer) {
    return owned(texts, tokenizer).rows();
  }

  /**
   * Rows with the texts that they are of: a text may have several.
   *
   * @param rows of all texts
   * @param owners {@code [rows]} index of each one's text
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record OwnedRows(TokenizedRows rows, int[] owners) {}

  /** Texts as rows that are learnt from, each with the text that it is of. */
  OwnedRows owned(List<String> texts, Tokenizer tokenizer) {
    Integer endId = AnswerLengths.endId(base.tokenizer(), base.backbone().config());
    AnswerRows rows = new AnswerRows(tokenizer, endId, settings.maxLength());
    List<Integer> owners = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      add(rows, texts.get(text));
      while (owners.size() < rows.size()) {
        owners.add(text);
      }
    }
    return new OwnedRows(rows.toRows(), owners.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void add(AnswerRows rows, String text) {
    if (ConversationText.is(text)) {
      rows.addConversation(ConversationText.read(text));
      return;
    }
    List<String> parts = Views.parted(text);
    if (parts.size() == 1) {
      rows.addText(text);
    } else {
      rows.addAnswer(parts.get(0), parts.get(1));
    }
  }

  /** Nothing is drawn: the seed does not matter. */
  @Override
  public DomainBatch batch(TokenizedRows rows, int[] index, long seed) {
    return batch(rows, index);
  }

  /** Rows whose tokens of the type 1 are predicted. */
  static DomainBatch batch(TokenizedRows rows, int... index) {
    TokenBatch plain = rows.batch(index);
    int[] placeRows = new int[plain.ids().length];
    int[] placeColumns = new int[plain.ids().length];
    long[] classes = new long[plain.ids().length];
    int count = 0;
    for (int row = 0; row < plain.rows(); row++) {
      int start = row * plain.length();
      for (int column = 1; column < plain.lengths()[row]; column++) {
        if (plain.typeIds()[start + column] == 1) {
          placeRows[count] = row;
          placeColumns[count] = column - 1;
          classes[count++] = plain.ids()[start + column];
        }
      }
    }
    return new DomainBatch(
        plain,
        plain.tokens(),
        Arrays.copyOf(placeRows, count),
        Arrays.copyOf(placeColumns, count),
        Arrays.copyOf(classes, count),
        new long[0],
        1);
  }

  @Override
  public int vectors(DomainBatch batch) {
    return batch.placeRows().length;
  }

  @Override
  public boolean cuts() {
    return true;
  }

  @Override
  public List<DomainBatch> chunks(DomainBatch batch, long mostTokens) {
    return PlacePrediction.chunks(batch, mostTokens);
  }

  @Override
  public double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation) {
    return prediction.losses(tape, batches, adaptation);
  }

  @Override
  public boolean differentiatesTwice() {
    return true;
  }

  @Override
  public <T> T read(
      Tape tape, DomainBatch batch, Adaptation adaptation, Function<Variable, T> reader) {
    return prediction.read(tape, batch, adaptation, reader);
  }
}
