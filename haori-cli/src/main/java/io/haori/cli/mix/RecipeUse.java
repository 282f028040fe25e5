package io.haori.cli.mix;

import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.options.RunOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.session.CommandContext;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.ParseResult;

/** Takes a recipe's choices for {@code haori mix} where the command line makes none. */
final class RecipeUse {
  private final Path file;
  private final ParseResult given;
  private final CommandContext context;

  /**
   * Prepares.
   *
   * @param file the recipe
   * @param given the command line
   * @param context what it runs in
   */
  RecipeUse(Path file, ParseResult given, CommandContext context) {
    this.file = file;
    this.given = given;
    this.context = context;
  }

  /**
   * Fills in what was not given.
   *
   * @throws UserError when a module is not the recipe's any more
   */
  void fill(MixCommand command) {
    MixRecipe recipe = MixRecipe.read(file);
    if (command.mix.modules.isEmpty()) {
      for (MixRecipe.Member member : recipe.modules()) {
        String text = textOf(member);
        String digest = digest(command, text);
        if (!digest.equals(member.digest())) {
          throw new UserError(
              file
                  + ": was made with "
                  + member.folder()
                  + " of digest "
                  + member.digest()
                  + ", which has changed since, its digest is "
                  + digest);
        }
        command.mix.modules.add(text);
      }
    }
    if (command.data == null) {
      command.data = MixRecipe.resolved(file, recipe.data());
    }
    if (command.common.base == null) {
      command.common.base = recipe.base();
    }
    Long seed = recipe.seed();
    if (seed != null && !given.hasMatchedOption("--seed")) {
      command.common.seed = seed;
    }
    RunOptions run = command.run;
    command.mix.bridge = command.mix.bridge == null ? recipe.bridge() : command.mix.bridge;
    command.mix.train = command.mix.train == null ? recipe.train() : command.mix.train;
    RouteOptions route = command.mix.route;
    route.route = route.route == null ? recipe.route() : route.route;
    List<String> texts = recipe.texts();
    if (route.texts.isEmpty() && texts != null) {
      route.texts.addAll(
          RouteOptions.mapped(texts, one -> MixRecipe.resolved(file, one).toString()));
    }
    run.budget.epochs = run.budget.epochs == null ? recipe.epochs() : run.budget.epochs;
    run.learningRate = run.learningRate == null ? recipe.learningRate() : run.learningRate;
    run.budget.batchSize = run.budget.batchSize == null ? recipe.batchSize() : run.budget.batchSize;
    run.budget.maxLength = run.budget.maxLength == null ? recipe.maxLength() : run.budget.maxLength;
    run.budget.patience = run.budget.patience == null ? recipe.patience() : run.budget.patience;
    if (recipe.set() != null) {
      recipe.set().forEach(run.budget.set::putIfAbsent);
    }
  }

  private String textOf(MixRecipe.Member member) {
    boolean registered = CheckedOut.isReference(member.folder());
    return registered ? member.folder() : MixRecipe.resolved(file, member.folder()).toString();
  }

  private String digest(MixCommand command, String text) {
    try (CheckedOut module = CheckedOut.of(text, command.register.registry, context)) {
      return PeftFolder.digest(module.folder());
    }
  }

  /** The choices of a command, as a recipe. */
  static MixRecipe of(MixCommand command, MixModules modules, TextBase base) {
    Path file = Objects.requireNonNull(command.saveRecipe);
    List<MixRecipe.Member> members = new ArrayList<>();
    List<Path> folders = modules.folders();
    for (int i = 0; i < folders.size(); i++) {
      String digest = PeftFolder.digest(folders.get(i));
      members.add(new MixRecipe.Member(modules.forRecipe(i, file), digest));
    }
    RunOptions run = command.run;
    return new MixRecipe(
        base.name(),
        base.digest(),
        MixRecipe.relative(file, Objects.requireNonNull(command.data)),
        members,
        command.mix.bridge,
        command.mix.train,
        command.mix.route.route,
        command.mix.route.texts.isEmpty()
            ? null
            : RouteOptions.mapped(
                command.mix.route.texts, one -> MixRecipe.relative(file, Path.of(one))),
        command.common.seed,
        run.budget.epochs,
        run.learningRate,
        run.budget.batchSize,
        run.budget.maxLength,
        run.budget.patience,
        run.budget.set.isEmpty() ? null : run.budget.set);
  }
}
