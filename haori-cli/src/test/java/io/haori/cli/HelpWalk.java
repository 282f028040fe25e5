package io.haori.cli;

import io.haori.cli.session.CommandContext;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Console;
import java.io.ByteArrayInputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Every text of the help of all commands, line by line. */
public final class HelpWalk {
  private final Set<String> texts = new LinkedHashSet<>();

  private HelpWalk() {}

  /** The texts in English, in the order of the commands. */
  public static List<String> texts() {
    HelpWalk walk = new HelpWalk();
    walk.command(line().getCommandSpec());
    return List.copyOf(walk.texts);
  }

  /**
   * The options of the command that a line begins with.
   *
   * @param typed without {@code haori}
   */
  public static Set<String> options(String typed) {
    CommandLine found = line();
    for (String word : typed.split(" ", -1)) {
      CommandLine next = found.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      found = next;
    }
    return found.getCommandSpec().optionsMap().keySet();
  }

  private static CommandLine line() {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]), System.out, System.err, false, false, 100);
    CommandContext context = new CommandContext(console, InstantSource.system(), Map.of());
    return new Main(console, InstantSource.system())
        .commandLine(new Session(context), "completion");
  }

  private void command(CommandSpec spec) {
    UsageMessageSpec usage = spec.usageMessage();
    if (usage.hidden()) {
      return;
    }
    List<String> all = new ArrayList<>();
    all.addAll(Arrays.asList(usage.header()));
    all.addAll(Arrays.asList(usage.description()));
    all.addAll(Arrays.asList(usage.footer()));
    all.add(usage.headerHeading());
    all.add(usage.synopsisHeading());
    all.add(usage.descriptionHeading());
    all.add(usage.parameterListHeading());
    all.add(usage.optionListHeading());
    all.add(usage.commandListHeading());
    all.add(usage.footerHeading());
    for (ArgSpec arg : spec.args()) {
      if (!arg.hidden()) {
        all.addAll(Arrays.asList(arg.description()));
      }
    }
    for (String text : all) {
      texts.addAll(Arrays.asList(text.strip().split("%n|\n", -1)));
    }
    spec.subcommands().values().forEach(one -> command(one.getCommandSpec()));
  }
}
