package io.haori.cli;

import io.haori.cli.advise.AdviseCommand;
import io.haori.cli.analyze.AnalyzeCapacityCommand;
import io.haori.cli.analyze.AnalyzeCommand;
import io.haori.cli.analyze.AnalyzeGroupsCommand;
import io.haori.cli.analyze.AnalyzeSimilarityCommand;
import io.haori.cli.analyze.AnalyzeTransferCommand;
import io.haori.cli.anomaly.AnomalyCommand;
import io.haori.cli.anomaly.AnomalyEvaluateCommand;
import io.haori.cli.anomaly.AnomalyFitCommand;
import io.haori.cli.anomaly.AnomalyScoreCommand;
import io.haori.cli.anomaly.AnomalyThresholdCommand;
import io.haori.cli.bench.BenchCommand;
import io.haori.cli.compare.CompareCommand;
import io.haori.cli.data.DataAddCommand;
import io.haori.cli.data.DataCheckCommand;
import io.haori.cli.data.DataCommand;
import io.haori.cli.data.DataDemoCommand;
import io.haori.cli.data.DataOrderCommand;
import io.haori.cli.data.TinyLanguageModelCommand;
import io.haori.cli.data.TinyVisionCommand;
import io.haori.cli.embed.EmbedCommand;
import io.haori.cli.embed.SearchCommand;
import io.haori.cli.export.ExportCommand;
import io.haori.cli.export.ImportCommand;
import io.haori.cli.federate.FederateAnswerCommand;
import io.haori.cli.federate.FederateCollectCommand;
import io.haori.cli.federate.FederateCommand;
import io.haori.cli.federate.FederateDownloadCommand;
import io.haori.cli.federate.FederateEnrollCommand;
import io.haori.cli.federate.FederateInitCommand;
import io.haori.cli.federate.FederateJoinCommand;
import io.haori.cli.federate.FederateMergeCommand;
import io.haori.cli.federate.FederateUploadCommand;
import io.haori.cli.generate.ChatCommand;
import io.haori.cli.generate.GenerateCommand;
import io.haori.cli.mix.MixCommand;
import io.haori.cli.module.ModuleCommand;
import io.haori.cli.module.ModuleCommands;
import io.haori.cli.poc.PocCommand;
import io.haori.cli.poc.PocNextCommand;
import io.haori.cli.poc.PocStartCommand;
import io.haori.cli.poc.PocStatusCommand;
import io.haori.cli.predict.EvaluateCommand;
import io.haori.cli.predict.PredictCommand;
import io.haori.cli.pretrain.PretrainCommand;
import io.haori.cli.quickstart.QuickstartCommand;
import io.haori.cli.report.ReportCommand;
import io.haori.cli.serve.ServeCommand;
import io.haori.cli.session.CommandContext;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.AttachedValues;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.HelpInLanguage;
import io.haori.cli.terminal.NativeText;
import io.haori.cli.terminal.WantedCommands;
import io.haori.cli.tune.TuneCommand;
import io.haori.core.check.UserError;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The command line's entrance: arguments in, exit code out. Commands are registered in {@link
 * #commandLine}; how failures are worded is in {@link Failures}.
 */
public final class Main {
  private static final String LANGUAGE = "--lang";

  private final Console console;
  private final InstantSource clock;
  private final Map<String, String> environment;

  /**
   * A command line on the given streams.
   *
   * @param console the process's own, or a test's
   * @param clock for the time that a command takes
   */
  public Main(Console console, InstantSource clock) {
    this(console, clock, System.getenv());
  }

  /**
   * A command line on the given streams, in an environment of its own.
   *
   * @param console the process's own, or a test's
   * @param clock for the time that a command takes
   * @param environment where the registry's secrets come from
   */
  public Main(Console console, InstantSource clock, Map<String, String> environment) {
    this.console = console;
    this.clock = clock;
    this.environment = environment;
  }

  /**
   * Runs one command in this process and ends it.
   *
   * @param arguments as the user typed them
   */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess(System.getenv());
    System.exit(new Main(console, InstantSource.system()).runInLocale(arguments));
  }

  /** Runs one command, unless the locale's encoding lost a part of what the user typed. */
  private int runInLocale(String... arguments) {
    try {
      NativeText.ofProcess().check(arguments, environment);
    } catch (UserError lost) {
      Console spoken = console.in(Catalogue.of(language(arguments)));
      return new Failures(spoken.err()).tell(lost, flag -> false, false);
    }
    return run(arguments);
  }

  /**
   * Runs one command.
   *
   * @param arguments as the user typed them
   * @return one of {@link ExitCode}
   */
  public int run(String... arguments) {
    Console spoken = console.in(Catalogue.of(language(arguments)));
    Console results = wantsJson(arguments) ? spoken.jsonAlone() : spoken;
    try (Session session = new Session(new CommandContext(results, clock, environment))) {
      return commandLine(session, arguments).execute(AttachedValues.marked(arguments));
    } catch (Throwable failure) {
      // picocli hands exceptions to the handler below; errors such as a full heap end here.
      return new Failures(spoken.err()).tell(failure, flag -> true, false);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  /** The commands that are wanted, with the names of all others, on this console's streams. */
  CommandLine commandLine(Session session, String... arguments) {
    Console spoken = session.console();
    Failures failures = new Failures(spoken.err());
    WantedCommands wanted = WantedCommands.of(arguments);
    CommandLine line = new CommandLine(new HaoriCommand(console));
    wanted.add(line, QuickstartCommand.class, () -> new QuickstartCommand(session));
    wanted.add(line, AdviseCommand.class, () -> new AdviseCommand(session));
    wanted.add(line, PocCommand.class, () -> poc(session, wanted));
    wanted.add(line, ReportCommand.class, () -> new ReportCommand(session.context()));
    wanted.add(line, DataCommand.class, () -> data(session, wanted));
    wanted.add(line, PretrainCommand.class, () -> new PretrainCommand(session));
    wanted.add(line, MixCommand.class, () -> new MixCommand(session));
    wanted.add(line, TuneCommand.class, () -> new TuneCommand(session));
    wanted.add(line, CompareCommand.class, () -> new CompareCommand(session));
    wanted.add(line, AnalyzeCommand.class, () -> analyze(session, wanted));
    wanted.add(line, EvaluateCommand.class, () -> new EvaluateCommand(session));
    wanted.add(line, PredictCommand.class, () -> new PredictCommand(session));
    wanted.add(line, EmbedCommand.class, () -> new EmbedCommand(session));
    wanted.add(line, SearchCommand.class, () -> new SearchCommand(session));
    wanted.add(line, GenerateCommand.class, () -> new GenerateCommand(session));
    wanted.add(line, ChatCommand.class, () -> new ChatCommand(session));
    wanted.add(line, FederateCommand.class, () -> federate(session, wanted));
    wanted.add(line, AnomalyCommand.class, () -> anomaly(session, wanted));
    wanted.add(line, ServeCommand.class, () -> new ServeCommand(session));
    wanted.add(line, BenchCommand.class, () -> new BenchCommand(session));
    wanted.add(line, ExportCommand.class, () -> new ExportCommand(session));
    wanted.add(line, ImportCommand.class, () -> new ImportCommand(session));
    wanted.add(line, ModuleCommand.class, () -> ModuleCommands.of(session.context(), wanted));
    wanted.add(line, CompletionCommand.class, CompletionCommand::new);
    wanted.add(line, HelpCommand.class, HelpCommand::new);
    wanted.add(line, WarmUpCommand.class, WarmUpCommand::new);
    AttachedValues.converters(line);
    return line.setOut(utf8(console.out()))
        .setErr(utf8(console.err()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(console.colours() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.min(console.outColumns(), Console.MAX_COLUMNS))
        .setUsageHelpAutoWidth(false)
        .setHelpFactory(new HelpInLanguage(spoken.words()))
        // A text to predict may begin with @; picocli would read a file of that name.
        .setExpandAtFiles(false)
        // An option of several values would take a misspelt option as one of them.
        .setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  private static CommandLine data(Session session, WantedCommands wanted) {
    CommandLine data = new CommandLine(new DataCommand());
    wanted.add(data, DataAddCommand.class, () -> new DataAddCommand(session));
    wanted.add(data, DataCheckCommand.class, () -> new DataCheckCommand(session));
    wanted.add(data, DataDemoCommand.class, () -> new DataDemoCommand(session));
    wanted.add(data, TinyVisionCommand.class, () -> new TinyVisionCommand(session));
    wanted.add(data, TinyLanguageModelCommand.class, () -> new TinyLanguageModelCommand(session));
    return wanted.add(data, DataOrderCommand.class, () -> new DataOrderCommand(session));
  }

  private static CommandLine poc(Session session, WantedCommands wanted) {
    CommandLine poc = new CommandLine(new PocCommand());
    wanted.add(poc, PocStartCommand.class, () -> new PocStartCommand(session));
    wanted.add(poc, PocNextCommand.class, () -> new PocNextCommand(session));
    return wanted.add(poc, PocStatusCommand.class, () -> new PocStatusCommand(session));
  }

  private static CommandLine analyze(Session session, WantedCommands wanted) {
    CommandLine analyze = new CommandLine(new AnalyzeCommand());
    wanted.add(analyze, AnalyzeTransferCommand.class, () -> new AnalyzeTransferCommand(session));
    wanted.add(analyze, AnalyzeGroupsCommand.class, () -> new AnalyzeGroupsCommand(session));
    wanted.add(analyze, AnalyzeCapacityCommand.class, () -> new AnalyzeCapacityCommand(session));
    return wanted.add(
        analyze, AnalyzeSimilarityCommand.class, () -> new AnalyzeSimilarityCommand(session));
  }

  private static CommandLine anomaly(Session session, WantedCommands wanted) {
    CommandLine anomaly = new CommandLine(new AnomalyCommand());
    wanted.add(anomaly, AnomalyFitCommand.class, () -> new AnomalyFitCommand(session));
    wanted.add(anomaly, AnomalyScoreCommand.class, () -> new AnomalyScoreCommand(session));
    wanted.add(anomaly, AnomalyEvaluateCommand.class, () -> new AnomalyEvaluateCommand(session));
    return wanted.add(
        anomaly, AnomalyThresholdCommand.class, () -> new AnomalyThresholdCommand(session));
  }

  private static CommandLine federate(Session session, WantedCommands wanted) {
    CommandLine federate = new CommandLine(new FederateCommand());
    wanted.add(federate, FederateInitCommand.class, () -> new FederateInitCommand(session));
    wanted.add(federate, FederateEnrollCommand.class, () -> new FederateEnrollCommand(session));
    wanted.add(federate, FederateCollectCommand.class, () -> new FederateCollectCommand(session));
    wanted.add(federate, FederateAnswerCommand.class, () -> new FederateAnswerCommand(session));
    wanted.add(federate, FederateJoinCommand.class, () -> new FederateJoinCommand(session));
    wanted.add(federate, FederateUploadCommand.class, () -> new FederateUploadCommand(session));
    wanted.add(federate, FederateDownloadCommand.class, () -> new FederateDownloadCommand(session));
    return wanted.add(
        federate, FederateMergeCommand.class, () -> new FederateMergeCommand(session));
  }

  /** Known before the arguments are read, for what is said while they are. */
  private Language language(String... arguments) {
    String asked = "";
    for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
      if (arguments[i].startsWith(LANGUAGE + "=")) {
        asked = arguments[i].substring(LANGUAGE.length() + 1);
      } else if (arguments[i].equals(LANGUAGE) && i + 1 < arguments.length) {
        asked = arguments[i + 1];
      }
    }
    return Language.ofTag(asked)
        .orElseGet(() -> Language.of(environment, System.getProperty("user.language", "")));
  }

  /** Known before the arguments are read, for what is said while they are. */
  private static boolean wantsJson(String... arguments) {
    return Arrays.stream(arguments)
        .takeWhile(argument -> !argument.equals("--"))
        .anyMatch(argument -> argument.equals("--json") || argument.equals("--json=true"));
  }

  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
