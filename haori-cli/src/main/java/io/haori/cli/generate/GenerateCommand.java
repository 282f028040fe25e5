package io.haori.cli.generate;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.UserError;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori generate}: a prompt in, what follows it out. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a text on from a prompt with a decoder, with an adapter or without, and shows it"
          + " while it is written. The prompt is read as it is; messages of a file, and haori chat,"
          + " use the base's chat template. Prompts of a file are written on several at a time, one"
          + " JSON object a line in their order."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori generate --base models/Qwen3-0.6B --prompt 'Pump P-101 leaks.' --max-tokens 80",
      "  haori generate --adapter answers --prompt 'Pump P-101 leaks.' --temperature 0.7 --top-p"
          + " 0.9",
      "  haori generate --base models/gpt2 --prompt - --stop '.' --json",
      "  haori generate --adapter answers --input prompts.jsonl --batch-size 8",
      "  haori generate --server http://plant:8080 --adapter answers@live --prompt 'Pump P-101'"
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final String STDIN = Prompts.STDIN;

  /** Prompts of a file that are written on at once, unless chosen. */
  private static final int DEFAULT_TOGETHER = 16;

  private final Session session;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the text begins with; - for all of stdin (default: none).")
  @Nullable String prompt;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "Many prompts: a txt file with one a line, a jsonl, csv, tsv or xlsx file with prompt, or"
              + " a jsonl file with messages, which are written by the base's chat template; - for"
              + " stdin (default: none).")
  @Nullable String input;

  @Option(
      names = "--input-format",
      paramLabel = "NAME",
      description =
          "txt, jsonl, csv, tsv or xlsx (default: as the name of the file ends; txt for stdin).")
  @Nullable String inputFormat;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "Prompts of --input that are written on at once; a text that has ended makes the others"
              + " quicker (default: "
              + DEFAULT_TOGETHER
              + ").")
  @Nullable Integer batchSize;

  @Option(
      names = "--adapter",
      paramLabel = "DIR|reg:MODULE",
      description =
          "A module of a decoder, from pretrain, PEFT or the registry (default: the base alone).")
  @Nullable String adapter;

  @Mixin final RegistryAddress registry = new RegistryAddress();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final GenerationOptions options = new GenerationOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public GenerateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    remote.check();
    GenerationSettings settings = options.settings(common.seed);
    String given = prompt;
    if (given == null) {
      return many(settings, start);
    }
    require(input == null, "--prompt", "left out with --input", given);
    String without = "left out without --input";
    require(inputFormat == null, "--input-format", without, String.valueOf(inputFormat));
    require(batchSize == null, "--batch-size", without, String.valueOf(batchSize));
    String text = given;
    if (given.equals(STDIN)) {
      text = new String(session.console().in().readAllBytes(), StandardCharsets.UTF_8);
    }
    try (WritingSource source = source();
        Interruption interruption = Interruption.ofProcess(session.console())) {
      Instant begun = session.clock().instant();
      Generated written = source.write(text, settings, new Shown(interruption));
      Double speed = speed(written.tokens(), begun);
      session.console().out().println();
      session.note(common, summary(written, speed));
      if (common.json) {
        print(written, speed, start);
      }
      return interruption.requested() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  /** Writes on from all prompts of a file. */
  private int many(GenerationSettings settings, Instant start) {
    String file = input;
    if (file == null) {
      throw new UserError("--prompt is missing: haori generate needs it, or --input");
    }
    int together = batchSize == null ? DEFAULT_TOGETHER : batchSize;
    require(together >= 1, "--batch-size", "at least 1", together);
    Prompts prompts = Prompts.read(file, inputFormat, session.console().in());
    try (WritingSource source = source();
        Interruption interruption = Interruption.ofProcess(session.console())) {
      Instant begun = session.clock().instant();
      int count = prompts.lines().size();
      long tokens;
      try (Progress progress = session.progress(common, "generate", 0, count)) {
        var lines = new WrittenLines(prompts, session.console().json(), progress, interruption);
        source.write(prompts, settings, together, lines);
        tokens = lines.tokens();
      }
      Double speed = speed(tokens, begun);
      String quick = speed == null ? "" : String.format(", %,.1f a second", speed);
      session.note(common, String.format("%,d tokens from %,d prompts%s", tokens, count, quick));
      if (common.json) {
        new JsonResult("generate")
            .put("rows", count)
            .put("tokens", tokens)
            .put("tokensPerSecond", speed)
            .print(session.console(), session.secondsSince(start));
      }
      return interruption.requested() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private WritingSource source() {
    return WritingSource.open(session, common, adapter, registry, remote, "generate");
  }

  private @Nullable Double speed(long tokens, Instant begun) {
    double seconds = session.secondsSince(begun);
    return seconds > 0 ? Math.round(tokens / seconds * 10) / 10.0 : null;
  }

  private static String summary(Generated written, @Nullable Double speed) {
    String end =
        switch (written.end()) {
          case TOKEN -> "ended by the base";
          case STOP -> "ended by --stop";
          case LENGTH -> "cut at the limit";
          case CANCELLED -> "interrupted";
        };
    return String.format(
        "%,d tokens from a prompt of %,d%s, %s",
        written.tokens(),
        written.promptTokens(),
        speed == null ? "" : String.format(", %,.1f a second", speed),
        end);
  }

  private void print(Generated written, @Nullable Double speed, Instant start) {
    new JsonResult("generate")
        .put("text", written.text())
        .put("tokens", written.tokens())
        .put("promptTokens", written.promptTokens())
        .put("end", written.end().word())
        .put("tokensPerSecond", speed)
        .print(session.console(), session.secondsSince(start));
  }

  /** Shows each piece at once. */
  private final class Shown implements GenerationListener {
    private final Interruption interruption;

    Shown(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public void onText(int prompt, String piece) {
      session.console().out().print(piece);
      session.console().out().flush();
    }

    @Override
    public boolean cancelled() {
      return interruption.requested();
    }
  }
}
