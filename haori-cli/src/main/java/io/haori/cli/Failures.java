package io.haori.cli;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.terminal.AttachedValues;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Flags;
import io.haori.cli.terminal.NativeText;
import io.haori.cli.terminal.ShellWords;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words what went wrong and chooses the exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** What picocli says of an option that it does not know among the values of one that it does. */
  private static final Pattern AMONG_VALUES =
      Pattern.compile(
          "^Unknown option: '(?<word>.*)'; Expected parameter .*for option '(?<option>[^']*)'.* but"
              + " found '",
          Pattern.DOTALL);

  private final PrintStream err;

  Failures(PrintStream err) {
    this.err = err;
  }

  /**
   * Reports a failure of the work.
   *
   * @param failure a {@link UserError} is reported as it is; a file that cannot be read or written
   *     and a full disk are the user's, too; anything else is a fault of ours, whose stack trace
   *     goes to a file
   * @param flags whether the command that was typed has a flag
   * @param debug whether to print the stack trace, too
   * @return the exit code
   */
  int tell(Throwable failure, Predicate<String> flags, boolean debug) {
    if (failure instanceof UserError) {
      String sentence = Objects.requireNonNullElse(failure.getMessage(), "");
      err.println(Flags.inPlaceOfSettings(CheckedOut.withoutTemporary(sentence), flags));
      if (debug) {
        failure.printStackTrace(Console.plain(err));
      }
      return ExitCode.USER;
    }
    Optional<String> ofTheDisk = FileFailures.sentence(failure);
    if (ofTheDisk.isPresent()) {
      err.println(CheckedOut.withoutTemporary(ofTheDisk.get()));
      if (debug) {
        failure.printStackTrace(Console.plain(err));
      }
      return ExitCode.USER;
    }
    if (failure instanceof InvalidPathException path) {
      return tell(new UserError(NativeText.ofProcess().sentence(path), path), flags, debug);
    }
    err.println("Haori failed: " + summary(failure) + where(failure, debug));
    return ExitCode.INTERNAL;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return tell(failure, flag -> command.getCommandSpec().findOption(flag) != null, debug(parsed));
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    err.println(AttachedValues.plain(sentence(wrong)));
    err.println("See " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USER;
  }

  private static String sentence(ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    String message = Objects.requireNonNullElse(wrong.getMessage(), "");
    String unknown = unknown(wrong, message);
    if (unknown != null) {
      boolean option = unknown.startsWith("-");
      CommandSpec spec = wrong.getCommandLine().getCommandSpec();
      List<String> meant =
          Misspelling.of(unknown, option ? spec.optionsMap().keySet() : commands(spec));
      return unknown
          + (option ? " is not an option of " : " is not a command or argument of ")
          + command
          + (meant.isEmpty() ? attached(unknown, message) : didYouMean(meant));
    }
    if (wrong instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      return message.startsWith("Missing required parameter for option")
              || message.startsWith("Expected parameter for option")
          ? name(first) + " is missing its value " + first.paramLabel()
          : name(first) + " is missing: " + command + " needs it";
    }
    for (Throwable cause = wrong.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidPathException path) {
        return NativeText.ofProcess().sentence(path);
      }
    }
    ArgSpec argument = wrong.getArgSpec();
    if (argument != null && wrong.getValue() != null) {
      return name(argument) + " must be " + bound(argument) + ", got " + wrong.getValue();
    }
    return message.lines().findFirst().orElse("these arguments cannot be read");
  }

  private static String didYouMean(List<String> words) {
    return "; did you mean " + String.join(" or ", words) + "?";
  }

  /** How to write a word that is meant as the value of the option before it. */
  private static String attached(String word, String message) {
    Matcher amongValues = AMONG_VALUES.matcher(message);
    return amongValues.find()
        ? "; as a value it is written "
            + amongValues.group("option")
            + "="
            + ShellWords.quoted(word)
        : "";
  }

  /** The first word that is not known, also where something else is missing because of it. */
  private static @Nullable String unknown(ParameterException wrong, String message) {
    Matcher amongValues = AMONG_VALUES.matcher(message);
    if (amongValues.find()) {
      return amongValues.group("word");
    }
    List<String> unmatched =
        wrong instanceof UnmatchedArgumentException one
            ? one.getUnmatched()
            : wrong instanceof MissingParameterException
                ? wrong.getCommandLine().getUnmatchedArguments()
                : List.of();
    if (unmatched.isEmpty()) {
      return null;
    }
    String first = unmatched.get(0);
    int value = first.indexOf('=');
    return first.startsWith("--") && value > 0 ? first.substring(0, value) : first;
  }

  private static List<String> commands(CommandSpec spec) {
    return spec.subcommands().entrySet().stream()
        .filter(one -> !one.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String bound(ArgSpec argument) {
    Class<?> type = argument.typeInfo().getAuxiliaryTypes()[0];
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return "of the form " + argument.paramLabel();
  }

  private static String summary(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "the Java heap is full (more with HAORI_JAVA_OPTS=-Xmx4g)";
    }
    @Nullable String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null ? name : name + ": " + message.lines().findFirst().orElse("");
  }

  private String where(Throwable failure, boolean debug) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    if (debug) {
      err.print(trace);
      return "";
    }
    try {
      Path log = Files.createTempFile("haori-failure-", ".log");
      Files.writeString(log, trace.toString());
      return " (details in " + log + ")";
    } catch (IOException e) {
      return " (run again with --debug for details)";
    }
  }

  /** Whether {@code --debug} is among the arguments, also when they could not be parsed. */
  private static boolean debug(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.hasMatchedOption("--debug");
  }
}
