package io.haori.cli.terminal;

import io.haori.core.language.Catalogue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.ListResourceBundle;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Makes the help of a command in the user's language, from what its annotations say in English. */
public final class HelpInLanguage implements IHelpFactory {
  /** How picocli marks a line's end in a heading. */
  private static final String LINE_END = "%n";

  private final Catalogue words;

  /** For a person who reads the catalogue's language. */
  public HelpInLanguage(Catalogue words) {
    this.words = words;
  }

  @Override
  public Help create(CommandSpec command, ColorScheme colours) {
    if (!words.isEnglish() && command.resourceBundle() == null) {
      translate(command);
    }
    return new Help(command, colours);
  }

  private void translate(CommandSpec command) {
    UsageMessageSpec usage = command.usageMessage();
    usage
        .synopsisHeading(text(usage.synopsisHeading()))
        .descriptionHeading(text(usage.descriptionHeading()))
        .parameterListHeading(text(usage.parameterListHeading()))
        .optionListHeading(text(usage.optionListHeading()))
        .commandListHeading(text(usage.commandListHeading()))
        .footerHeading(text(usage.footerHeading()))
        .header(texts(usage.header()))
        .description(texts(usage.description()))
        .footer(texts(usage.footer()));
    Map<String, String[]> descriptions = new HashMap<>();
    for (ArgSpec arg : command.args()) {
      descriptions.put(key(arg), texts(arg.description()));
    }
    command.resourceBundle(new Descriptions(descriptions));
  }

  /** The name by which picocli looks for a description. */
  private static String key(ArgSpec arg) {
    return arg instanceof OptionSpec option
        ? option.longestName().replaceFirst("^-+", "")
        : arg.paramLabel() + "[" + ((PositionalParamSpec) arg).index() + "]";
  }

  private String[] texts(String[] lines) {
    return Arrays.stream(lines).map(this::text).toArray(String[]::new);
  }

  /** A text whose lines picocli ends in its own way. */
  private String text(String english) {
    return Arrays.stream(english.split(LINE_END, -1))
        .map(words::text)
        .collect(Collectors.joining(LINE_END));
  }

  /** The descriptions, by the names of options. */
  private static final class Descriptions extends ListResourceBundle {
    private final Map<String, String[]> all;

    Descriptions(Map<String, String[]> all) {
      this.all = all;
    }

    @Override
    protected Object[][] getContents() {
      return all.entrySet().stream()
          .flatMap(
              one ->
                  IntStream.range(0, one.getValue().length)
                      .mapToObj(i -> new Object[] {one.getKey() + "." + i, one.getValue()[i]}))
          .toArray(Object[][]::new);
    }
  }
}
