package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.tune.AnswerTune;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.choice.MethodChoice;
import io.haori.training.data.PromptedDataset;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code haori mix} for rows of prompts and answers, which a decoder writes with what its modules
 * know.
 *
 * @param command with what was chosen
 * @param session what it runs in
 */
record AnswerMixRun(MixCommand command, Session session) {
  /**
   * Mixes, stores and shows.
   *
   * @param out gets the module
   * @param task folder of the rows
   * @param modules to mix
   * @param start of the command
   */
  int run(Path out, Path task, MixModules modules, Instant start) {
    MixOptions mix = command.mix;
    SettingsMap set = new SettingsMap(command.run.budget.set);
    RouteConfig rule = mix.route(set);
    requireRule(rule);
    command.register.check(session, task);
    PromptedDataset rows =
        PromptedDataset.read(
            task, command.reading.options(command.common.seed, command.classes.labels));
    requireRowsToCompare(rows);
    if (command.isOpen() && rows.train().rows().size() < MethodChoice.FEW_ROWS) {
      mix.route.takeAuto();
    }
    DType precision = new EngineSetup(session, command.common).precision();
    AnswerMixPlan plan =
        new AnswerMixPlan(
            modules,
            mix.config(set),
            mix.route.isGated() ? mix.gate(set) : GateConfig.DEFAULT,
            mix.route,
            rule,
            command.sizes.ranks,
            command.baselines,
            method -> command.settingsOf(method, precision, TaskCatalogue.CLASSIFICATION),
            base -> opened(base, modules),
            out,
            command.common.seed);
    try (AnswerMix way = new AnswerMix(plan, task)) {
      BaseForm form =
          command
              .run
              .settings(
                  new FrozenMethod(),
                  command.settings(),
                  command.common.seed,
                  precision,
                  TaskCatalogue.CLASSIFICATION)
              .baseForm();
      return new AnswerTune(
              session, command.common, command.spec, command.register, out, command.resume)
          .run(rows, way, form, start);
    }
  }

  private void requireRule(@Nullable RouteConfig rule) {
    if (rule == null) {
      return;
    }
    require(
        rule.route() != RouteKind.NEAREST,
        "--route",
        "learned, gated, arrow, none, sum or auto for rows of prompt and completion: nearest looks"
            + " at a whole text, of which a decoder that writes knows only the beginning",
        rule.route().word());
    String nothing = "left out with --route " + rule.route().word() + ", which learns nothing here";
    Integer epochs = command.run.budget.epochs;
    require(epochs == null, "--epochs", nothing, String.valueOf(epochs));
    Double rate = command.run.learningRate;
    require(rate == null, "--lr", nothing, String.valueOf(rate));
  }

  private void requireRowsToCompare(PromptedDataset rows) {
    boolean answered = rows.test() != null || rows.validation() != null;
    String without = "left out for rows without a test or validation file, whose rows are answered";
    require(command.sizes.ranks.isEmpty() || answered, "--sizes", without, command.sizes.ranks);
    require(
        command.baselines.isEmpty() || answered,
        "--baselines",
        without,
        String.join(",", command.baselines.names()));
    require(
        command.baselines.isEmpty() || !command.mix.route.isAuto(),
        "--baselines",
        "left out with --route auto, which compares with other ways itself",
        String.join(",", command.baselines.names()));
  }

  /** What can be said as soon as the base is known. */
  private void opened(TextBase base, MixModules modules) {
    modules.requireBase(base.name(), base.digest());
    command
        .baselines
        .joint()
        .ifPresent(joint -> ModuleFolder.requireBase(joint, base.name(), base.digest()));
    if (command.saveRecipe != null) {
      RecipeUse.of(command, modules, base).write(command.saveRecipe);
      session.note(command.common, "Recipe: " + command.saveRecipe);
    }
  }
}
