package io.haori.cli.tune;

import io.haori.cli.options.TrainingOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.search.SettingsSearch;
import io.haori.training.search.Trial;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A search for settings before a fit.
 *
 * @param session what the command runs in
 * @param common its options
 * @param training says what is searched for
 * @param json gets the trials
 */
record HyperSearch(
    Session session, CommonOptions common, TrainingOptions training, JsonResult json) {
  /**
   * Searches.
   *
   * @param base stays open
   * @param dataset whose validation rows judge
   * @param chosen what is the same in all trials
   * @param journal keeps finished trials
   * @param resume whether to take up those
   * @param stopRequested ends it before its end
   * @return the settings found; null when it was interrupted
   */
  @Nullable TuneSettings find(
      TextBase base,
      Dataset dataset,
      TuneSettings chosen,
      Path journal,
      boolean resume,
      BooleanSupplier stopRequested) {
    Function<Map<String, String>, TuneSettings> full =
        drawn ->
            training.drawn(common.seed, chosen.text().precision(), dataset.labels().task(), drawn);
    SettingsSearch.Found found;
    try (SettingsSearchView view = new SettingsSearchView(session, common)) {
      TokenizedDataset tokens =
          TokenizedDataset.of(dataset, base.reader(), chosen.text().maxLength());
      found =
          new SettingsSearch(base, tokens, training.searched(), full)
              .listener(view)
              .stopWhen(stopRequested)
              .journal(journal, resume)
              .run(training.hyper.trials(), common.seed);
      view.close();
      Trial best = found.best();
      if (best == null) {
        return null;
      }
      view.print(found);
      json.put("search", SettingsSearchView.forJson(found));
      return full.apply(best.settings());
    }
  }
}
