package io.haori.adapter.catalogue;

import static io.haori.core.check.Check.require;

import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.sparse.PruningSchedule;
import io.haori.adapter.sparse.SparseConfig;
import io.haori.adapter.sparse.SparseMethod;
import io.haori.adapter.sparse.Structure;
import io.haori.adapter.spi.Stage;
import io.haori.core.check.UserError;
import io.haori.core.json.SettingsReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The choices of a sparse module out of settings, under the names that {@link SparseConfig} and
 * {@link PruningSchedule} give them, besides those of the LoRA that it is made of.
 */
final class SparseSettings {
  private SparseSettings() {}

  static SparseMethod read(SettingsReader settings) {
    Structure structure = settings.choice("structure", SparseConfig.DEFAULT.structure());
    SparseConfig otherwise = SparseConfig.usual(structure);
    PruningSchedule schedule = otherwise.schedule();
    SparseConfig config =
        new SparseConfig(
            settings.number("sparsity", otherwise.sparsity()),
            structure,
            settings.choice("score", otherwise.score()),
            settings.choice("scope", otherwise.scope()),
            new PruningSchedule(
                settings.choice("schedule", schedule.shape()),
                settings.number("pruneFrom", schedule.from()),
                settings.number("pruneTo", schedule.to())),
            settings.number("l1", otherwise.l1()),
            settings.whole("enlargement", otherwise.enlargement()),
            settings.read("stages", otherwise.stages(), SparseSettings::stages));
    return SparseMethod.of(new LoraMethod(LoraSettings.read(settings)), config);
  }

  /** {@code none}, {@code usual}, or {@code name:epochs[:rate factor[:patience[:top share]]];…}. */
  private static List<Stage> stages(String setting, String text) {
    if (text.equals("none")) {
      return List.of();
    }
    if (text.equals("usual")) {
      return SparseConfig.USUAL_STAGES;
    }
    List<Stage> stages = new ArrayList<>();
    for (String entry : text.split(";", -1)) {
      stages.add(stage(setting, entry.strip()));
    }
    return stages;
  }

  private static Stage stage(String setting, String entry) {
    String[] fields = entry.split(":", -1);
    List<String> names = SparseConfig.USUAL_STAGES.stream().map(Stage::name).toList();
    String bound = "none, usual, or name:epochs:rate:patience with semicolons between, the names";
    require(
        names.contains(fields[0]) && fields.length <= 5,
        setting,
        bound + " out of " + names,
        entry);
    Stage usual = SparseConfig.USUAL_STAGES.get(names.indexOf(fields[0]));
    try {
      return new Stage(
          usual.name(),
          fields.length > 4 ? Double.parseDouble(fields[4]) : usual.topShare(),
          usual.phase(),
          usual.required(),
          fields.length > 1 ? Integer.parseInt(fields[1]) : usual.epochs(),
          fields.length > 2 ? Double.parseDouble(fields[2]) : usual.learningRateFactor(),
          fields.length > 3 ? Integer.parseInt(fields[3]) : usual.patience());
    } catch (NumberFormatException e) {
      throw new UserError(setting + " must have numbers after the name, got " + entry, e);
    }
  }
}
