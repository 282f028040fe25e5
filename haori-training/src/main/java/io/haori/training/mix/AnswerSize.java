package io.haori.training.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.PretrainSettings;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One form in which a decoder's mix can be stored: as it is, or as a LoRA of its strongest
 * components. Each form is built and scored, not estimated.
 *
 * @param rank of the LoRA on each layer at most; null for the mix as it is
 * @param storedBytes of its folder
 * @param energyLost share of the updates' energy that was cut off, in [0, 1]
 * @param loss mean over the tokens of the right answers, in nats
 * @param scores of what it writes to the same rows, by name; empty when it was stopped
 */
public record AnswerSize(
    @Nullable Integer rank,
    long storedBytes,
    double energyLost,
    double loss,
    Map<String, Double> scores) {
  /**
   * The mix cut to a rank, built, stored in a temporary folder and scored.
   *
   * @param base stays open
   * @param mix stays open and unchanged
   * @param rank that each layer is cut to, at least 1
   * @param settings say how rows are read
   * @param losses of the rows that are answered
   * @param answers of the mix to these rows
   * @param stopRequested asked once a token
   * @throws io.haori.core.check.UserError when the rank is below 1, or the mix is no single update
   */
  public static AnswerSize cut(
      TextBase base,
      AdapterModule mix,
      int rank,
      PretrainSettings settings,
      AnswerLosses losses,
      WrittenAnswers answers,
      BooleanSupplier stopRequested) {
    require(rank >= 1, "rank", "at least 1", rank);
    try (PeftExport export = PeftExport.of(mix, base.backbone().slots(), rank)) {
      AdapterModule module = export.module();
      WrittenAnswers written =
          WrittenAnswers.of(
              new Generator(base, module, settings.precision()),
              base.tokenizer(),
              answers.rows(),
              stopRequested);
      boolean whole = written.rows().size() == answers.rows().size();
      return new AnswerSize(
          rank,
          MixSize.storedBytes(module, Map.of(), base.name()),
          export.energyLost(),
          losses.with(module).mean(),
          whole ? written.scores().byName() : Map.of());
    }
  }
}
