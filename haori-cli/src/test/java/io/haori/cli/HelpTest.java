package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.haori.cli.session.CommandContext;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import java.io.ByteArrayInputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What the help of every command promises. */
final class HelpTest {
  private static final int NARROW = 70;

  /** All commands with all their options, which takes long to build; the tests only look at it. */
  private static final CommandLine WHOLE = line("completion");

  /** Every command that is shown, also those that only hold others. */
  static List<String> all() {
    List<String> names = new ArrayList<>();
    collect(line().getCommandSpec(), names);
    return names;
  }

  private static void collect(CommandSpec spec, List<String> names) {
    if (!spec.usageMessage().hidden()) {
      names.add(spec.qualifiedName());
      spec.subcommands().values().forEach(one -> collect(one.getCommandSpec(), names));
    }
  }

  private static CommandLine line() {
    return WHOLE;
  }

  private static CommandLine line(String... arguments) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]), System.out, System.err, false, false, 100);
    CommandContext context = new CommandContext(console, InstantSource.system(), Map.of());
    return new Main(console, InstantSource.system()).commandLine(new Session(context), arguments);
  }

  /** A command by its whole name. */
  static CommandLine find(String name) {
    CommandLine found = line();
    for (String word : name.split(" ", -1)) {
      found = word.equals("haori") ? found : found.getSubcommands().get(word);
    }
    return found;
  }

  @Test
  void allCommandsAreLookedAt() {
    assertThat(all())
        .hasSizeGreaterThan(40)
        .contains("haori tune", "haori module token create", "haori data demo");
  }

  @ParameterizedTest
  @MethodSource("all")
  void aCommandIsTheSameWhereOthersAreKnownByNameOnly(String name) {
    String[] words = name.split(" ", -1);
    CommandLine typed = line(Arrays.copyOfRange(words, 1, words.length));
    for (String word : Arrays.copyOfRange(words, 1, words.length)) {
      typed = typed.getSubcommands().get(word);
    }

    assertThat(typed.getUsageMessage(Ansi.OFF)).isEqualTo(find(name).getUsageMessage(Ansi.OFF));
    assertThat(typed.getSubcommands().keySet())
        .containsExactlyElementsOf(find(name).getSubcommands().keySet());
    Object command = typed.getCommand();
    assertThat(command).isNotNull();
  }

  @Test
  void optionsAreReadOfTheCommandThatWasTypedOnly() {
    CommandLine typed = line("module", "list");

    assertThat(typed.getSubcommands().get("tune").getCommandSpec().args()).isEmpty();
    assertThat(
            typed
                .getSubcommands()
                .get("module")
                .getSubcommands()
                .get("add")
                .getCommandSpec()
                .args())
        .isEmpty();
    assertThat(
            typed
                .getSubcommands()
                .get("module")
                .getSubcommands()
                .get("list")
                .getCommandSpec()
                .args())
        .isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyCommandHasAnExampleThatCanBeTyped(String name) {
    List<String> examples =
        Arrays.stream(find(name).getCommandSpec().usageMessage().footer())
            .map(String::strip)
            .filter(line -> line.startsWith("haori ") || line.startsWith("source <("))
            .toList();

    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      String typed = example.replaceFirst("^source <\\(haori", "haori").replaceFirst("\\).*", "");
      List<String> words = words(typed.replaceFirst(" +#.*", ""));
      assertThat(typed).startsWith(name);
      assertThatCode(() -> line().parseArgs(words.subList(1, words.size()).toArray(new String[0])))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  /** As a shell reads a line, as far as examples need it. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (char letter : (line + " ").toCharArray()) {
      if (letter == '\'' || letter == '"') {
        quoted = !quoted;
      } else if (letter == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(letter);
      }
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyOptionSaysItsDefault(String name) {
    for (ArgSpec argument : find(name).getCommandSpec().args()) {
      boolean takesValue = argument.arity().max() > 0;
      if (takesValue && !argument.required()) {
        assertThat(String.join(" ", argument.description()))
            .as(argument.toString())
            .containsPattern("\\(default: [^)]+\\)");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void helpFitsANarrowTerminalWithEveryWordWhole(String name) {
    CommandLine command = find(name);
    int usual = command.getUsageHelpWidth();
    command.setUsageHelpWidth(NARROW);
    String usage = command.getUsageMessage(Ansi.OFF);
    command.setUsageHelpWidth(usual);

    assertThat(usage).doesNotContain("(?", "null", "${");
    assertThat(usage.lines()).allMatch(line -> line.length() <= NARROW);
    Set<String> shown = new HashSet<>(Arrays.asList(usage.split("\\s+")));
    for (String text : texts(command.getCommandSpec())) {
      for (String word : String.format(text).split("\\s+", -1)) {
        if (!word.contains("${") && !word.isEmpty()) {
          assertThat(shown.contains(word)).as("%s in %s", word, text).isTrue();
        }
      }
    }
  }

  private static List<String> texts(CommandSpec spec) {
    List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
    texts.addAll(List.of(spec.usageMessage().footer()));
    spec.args().forEach(argument -> texts.addAll(List.of(argument.description())));
    return texts;
  }

  @ParameterizedTest
  @MethodSource("all")
  void helpIsTheSameBeforeAndBehindACommand(String name) {
    String words = name.replaceFirst("^haori ?", "");

    Cli help = Cli.run(("help " + words).strip().split(" "));
    Cli option = Cli.run((words + " --help").strip().split(" "));

    assertThat(help.code()).isEqualTo(ExitCode.DONE);
    if (!words.equals("help")) {
      assertThat(help.out()).isEqualTo(option.out()).startsWith(help.out().isEmpty() ? "x" : "");
    }
    assertThat(help.err()).isEmpty();
  }

  @Test
  void anUnknownCommandBehindHelpIsNamed() {
    Cli run = Cli.run("help", "module", "promot");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            """
            promot is not a command or argument of haori module; did you mean promote?
            See haori module --help
            """);
  }
}
