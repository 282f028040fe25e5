package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.ShellWords;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.training.data.DataFile;
import io.haori.training.data.LabelFile;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.unlabelled.LabelPrototypes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A model from the names of the labels alone, where the data are texts without labels.
 *
 * @param session what the command runs in
 * @param common base, seed, precision
 * @param maxLength tokens of a text that are read
 * @param reading flags that say how the texts are read, with their values
 */
record FirstModel(
    Session session, CommonOptions common, int maxLength, Map<String, String> reading) {
  int make(DataFile corpus, Path labels, Path out, Instant start) {
    Map<String, String> descriptions = LabelFile.described(labels);
    EngineSetup engine = new EngineSetup(session, common);
    DType precision = engine.precision();
    try (TextBase base = engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), precision);
        TextModel model =
            LabelPrototypes.model(
                base,
                new TextOptions(Pooling.AUTO, maxLength, precision),
                descriptions,
                corpus.rows())) {
      Provenance provenance =
          new Provenance(
              Map.of("method", "frozen"),
              Map.of("corpus", corpus.sha256()),
              common.seed,
              0,
              0,
              Map.of(),
              Map.of());
      long bytes = AdapterFolder.save(out, model, provenance);
      session
          .console()
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "A first model of %,d labels from their names and %,d texts: %s in %s.%n"
                      + "No row had a label, so its probabilities are rough. Which texts to label"
                      + " next: haori data order --data %s --adapter %s%s",
                  descriptions.size(),
                  corpus.rows().size(),
                  ScoreText.bytes(bytes),
                  out,
                  ShellWords.quoted(corpus.path().toString()),
                  ShellWords.quoted(out.toString()),
                  flags()));
      if (RecordFormat.of(corpus.path()).filter(format -> format != RecordFormat.TXT).isPresent()) {
        session
            .console()
            .out()
            .println("If another column than label has labels: --label-column names it.");
      }
      if (common.json) {
        new JsonResult("tune")
            .put("labels", List.copyOf(descriptions.keySet()))
            .put("texts", corpus.rows().size())
            .put("storedBytes", bytes)
            .print(session.console(), session.secondsSince(start));
      }
    }
    return ExitCode.DONE;
  }

  private String flags() {
    StringBuilder flags = new StringBuilder();
    reading.forEach(
        (flag, value) ->
            flags.append(' ').append(flag).append(' ').append(ShellWords.quoted(value)));
    return flags.toString();
  }
}
