package io.haori.training.instruct;

import io.haori.analysis.metrics.AnswerScores;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Prompt;
import io.haori.inference.generate.Sampling;
import io.haori.inference.task.spi.Row;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What a decoder answers to prompts whose answers are known, of a conversation the last one: each
 * time the most likely token, until it ends the text or has written somewhat more than the longest
 * right answer.
 *
 * @param rows that were answered, with their right answers as second texts
 * @param written one answer a row
 */
public record WrittenAnswers(List<Row> rows, List<String> written) {
  /** Rows at most: writing takes a pass of the base for each token. */
  public static final int MOST_ROWS = 200;

  /** Prompts that are answered at once. */
  private static final int TOGETHER = 16;

  /** Tokens that an answer may be longer than the longest right one. */
  private static final int MORE = 16;

  /** Copies the lists. */
  public WrittenAnswers {
    rows = List.copyOf(rows);
    written = List.copyOf(written);
  }

  /**
   * Lets a decoder answer.
   *
   * @param generator the base with its module
   * @param tokenizer of the base, to count the right answers' tokens
   * @param all prompts with their answers; the first {@value #MOST_ROWS} are asked
   * @param stopRequested asked once a token; what is not written then is left out
   */
  public static WrittenAnswers of(
      Generator generator, Tokenizer tokenizer, List<Row> all, BooleanSupplier stopRequested) {
    return ofAll(
        generator, tokenizer, all.subList(0, Math.min(MOST_ROWS, all.size())), stopRequested);
  }

  /**
   * Lets a decoder answer any number of prompts.
   *
   * @param generator the base with its module
   * @param tokenizer of the base, to count the right answers' tokens
   * @param rows prompts with their answers
   * @param stopRequested asked once a token; what is not written then is left out
   */
  public static WrittenAnswers ofAll(
      Generator generator, Tokenizer tokenizer, List<Row> rows, BooleanSupplier stopRequested) {
    int longest =
        rows.stream().mapToInt(row -> tokenizer.prompt(answer(row)).length).max().orElse(1);
    var settings = new GenerationSettings(longest + MORE, Sampling.GREEDY, List.of(), 0);
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void onText(int prompt, String piece) {}

          @Override
          public boolean cancelled() {
            return stopRequested.getAsBoolean();
          }
        };
    List<String> written = new ArrayList<>();
    for (int from = 0; from < rows.size() && !stopRequested.getAsBoolean(); from += TOGETHER) {
      List<Row> some = rows.subList(from, Math.min(rows.size(), from + TOGETHER));
      List<Generated> answers =
          generator.write(prompts(tokenizer, some), settings, TOGETHER, listener);
      if (!stopRequested.getAsBoolean()) {
        for (int i = 0; i < some.size(); i++) {
          String text = answers.get(i).text();
          written.add(
              some.get(i).conversation() == null ? text : ChatTemplate.withoutThoughts(text));
        }
      }
    }
    return new WrittenAnswers(rows.subList(0, written.size()), written);
  }

  private static List<Prompt> prompts(Tokenizer tokenizer, List<Row> rows) {
    List<Prompt> prompts = new ArrayList<>();
    ChatTemplate template = null;
    for (Row row : rows) {
      Conversation said = row.conversation();
      if (said == null) {
        prompts.add(Prompt.of(tokenizer, row.text()));
        continue;
      }
      if (template == null) {
        template = ChatTemplate.required(tokenizer);
      }
      prompts.add(Prompt.of(tokenizer, template, said));
    }
    return prompts;
  }

  private static String answer(Row row) {
    return Objects.requireNonNull(row.textPair());
  }

  /** {@code [rows]} whether each is exactly the right one. */
  public boolean[] exact() {
    boolean[] exact = new boolean[rows.size()];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = AnswerScores.isExact(answer(rows.get(i)), written.get(i));
    }
    return exact;
  }

  /** How they compare with the right ones. */
  public AnswerScores scores() {
    return AnswerScores.of(rows.stream().map(WrittenAnswers::answer).toList(), written);
  }
}
