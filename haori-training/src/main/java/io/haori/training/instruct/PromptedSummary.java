package io.haori.training.instruct;

import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TextCoverage;
import io.haori.model.config.ModelConfig;
import io.haori.model.text.Tokenizer;
import io.haori.training.data.DataFile;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.Split;
import io.haori.training.data.group.TextKey;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.pretrain.AnswerLengths;
import io.haori.training.pretrain.DomainCorpus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in prompts with answers, and what may make the scores of a decoder that learns them say
 * less than they seem to. Texts are the same when they differ in blanks and the width of letters
 * alone (Unicode's NFKC).
 *
 * @param splits those that are there, training first
 * @param warnings the most important first
 */
public record PromptedSummary(List<PromptedSplit> splits, List<DataWarning> warnings) {
  /** Copies the lists. */
  public PromptedSummary {
    splits = List.copyOf(splits);
    warnings = List.copyOf(warnings);
  }

  /**
   * Counts.
   *
   * @param data as it was read
   * @param tokenizer of the base
   * @param config of the base
   * @param maxLength tokens of a row that are read
   */
  public static PromptedSummary of(
      PromptedDataset data, Tokenizer tokenizer, ModelConfig config, int maxLength) {
    return new Counting(data, new AnswerLengths(tokenizer, config, maxLength), maxLength).summary();
  }

  /** How well the base reads all splits together. */
  public TextCoverage coverage() {
    return splits.stream()
        .map(PromptedSplit::coverage)
        .reduce(TextCoverage.NONE, TextCoverage::plus);
  }

  /** One pass over the rows. */
  private static final class Counting {
    private final PromptedDataset data;
    private final AnswerLengths lengths;
    private final int maxLength;
    private final List<PromptedSplit> splits = new ArrayList<>();
    private final List<DataWarning> few = new ArrayList<>();
    private final List<DataWarning> cuts = new ArrayList<>();
    private final List<DataWarning> repeated = new ArrayList<>();
    private final List<DataWarning> encodings = new ArrayList<>();

    Counting(PromptedDataset data, AnswerLengths lengths, int maxLength) {
      this.data = data;
      this.lengths = lengths;
      this.maxLength = maxLength;
    }

    PromptedSummary summary() {
      split(Split.TRAIN, data.train());
      split(Split.VALIDATION, data.validation());
      split(Split.TEST, data.test());
      List<DataWarning> warnings = new ArrayList<>(few);
      warnings.addAll(leaks(Split.TEST, data.test()));
      warnings.addAll(leaks(Split.VALIDATION, data.validation()));
      warnings.addAll(cuts);
      warnings.addAll(contradictions());
      warnings.addAll(repeated);
      warnings.addAll(encodings);
      return new PromptedSummary(splits, warnings);
    }

    private void split(Split split, @Nullable DataFile file) {
      if (file == null) {
        return;
      }
      Places cut = new Places();
      Places cutAnswers = new Places();
      Places again = new Places();
      Set<String> seen = new HashSet<>();
      int longestPrompt = 0;
      int longestAnswer = 0;
      int longest = 0;
      long tokens = 0;
      long unknown = 0;
      for (Row row : file.rows()) {
        AnswerLengths.Length length = lengths.of(row);
        longestPrompt = Math.max(longestPrompt, length.prompt());
        longestAnswer = Math.max(longestAnswer, length.answer());
        longest = Math.max(longest, length.total());
        tokens += length.total();
        unknown += length.unknown();
        cut.addIf(length.isCut(), file, row);
        cutAnswers.addIf(length.lostAnswer() > 0, file, row);
        again.addIf(!seen.add(TextKey.of(row)), file, row);
      }
      int rows = file.rows().size();
      int different = rows - again.count();
      if (split == Split.TRAIN && different < DomainCorpus.MIN_TEXTS) {
        few.add(
            new DataWarning(
                "few-rows",
                different,
                "there are "
                    + different
                    + " different training rows; learning takes at least "
                    + DomainCorpus.MIN_TEXTS,
                List.of()));
      }
      splits.add(
          new PromptedSplit(
              split.fileName(),
              file.path().toString(),
              rows,
              longestPrompt,
              longestAnswer,
              cutAnswers.count(),
              new TextCoverage(rows, cut.count(), longest, tokens, unknown),
              again.count()));
      cuts.addAll(
          cut.warning(
              "cut",
              String.format(
                  Locale.ROOT,
                  "%d of %d %s rows are longer than %d tokens, and their prompts lose the"
                      + " beginning; the longest has %d (the setting maxLength reads more)",
                  cut.count(),
                  rows,
                  word(split),
                  maxLength,
                  longest)));
      cuts.addAll(
          cutAnswers.warning(
              "cut-completions",
              String.format(
                  Locale.ROOT,
                  "%d of %d %s completions are longer than %d tokens allow, and lose their end",
                  cutAnswers.count(),
                  rows,
                  word(split),
                  maxLength)));
      repeated.addAll(
          again.warning(
              "duplicates",
              again.count()
                  + " of "
                  + rows
                  + " "
                  + word(split)
                  + " rows repeat the prompt and completion of an earlier one"));
      String encoding = file.encodingFound();
      if (encoding != null) {
        encodings.add(
            new DataWarning(
                "encoding",
                rows,
                file.path().getFileName()
                    + " is read as "
                    + encoding
                    + "; the setting encoding chooses another",
                List.of()));
      }
    }

    private List<DataWarning> leaks(Split split, @Nullable DataFile file) {
      if (file == null) {
        return List.of();
      }
      Map<String, Row> learnt = new HashMap<>();
      data.train().rows().forEach(row -> learnt.putIfAbsent(prompt(row), row));
      Places found = new Places();
      for (Row row : file.rows()) {
        Row same = learnt.get(prompt(row));
        if (same != null) {
          found.add(Places.of(file, row) + " = " + Places.of(data.train(), same));
        }
      }
      return found.warning(
          split.fileName() + "-in-training",
          found.count()
              + " of "
              + file.rows().size()
              + " "
              + word(split)
              + " prompts are prompts of training rows, whose completions a decoder may know by"
              + " heart");
    }

    private List<DataWarning> contradictions() {
      Map<String, Row> first = new HashMap<>();
      Places found = new Places();
      DataFile file = data.train();
      for (Row row : file.rows()) {
        Row same = first.putIfAbsent(prompt(row), row);
        if (same != null && !TextKey.of(row).equals(TextKey.of(same))) {
          found.add(Places.of(file, row) + " and " + Places.of(file, same));
        }
      }
      return found.warning(
          "contradictions",
          found.count() + " training rows have the prompt of another with another completion");
    }

    private static String prompt(Row row) {
      return TextKey.of(new Row(row.text(), null, null, null, row.line()));
    }

    private static String word(Split split) {
      return split == Split.TRAIN ? "training" : split.fileName();
    }
  }

  /** Rows that a warning is about. */
  private static final class Places {
    private static final int MOST_EXAMPLES = 3;

    private final List<String> examples = new ArrayList<>();
    private int count;

    static String of(DataFile file, Row row) {
      return file.path().getFileName() + ":" + row.line();
    }

    void addIf(boolean concerned, DataFile file, Row row) {
      if (concerned) {
        add(of(file, row));
      }
    }

    void add(String place) {
      if (count++ < MOST_EXAMPLES) {
        examples.add(place);
      }
    }

    int count() {
      return count;
    }

    List<DataWarning> warning(String kind, String sentence) {
      return count == 0 ? List.of() : List.of(new DataWarning(kind, count, sentence, examples));
    }
  }
}
