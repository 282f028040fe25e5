package io.haori.cli.generate;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.StopKey;
import io.haori.inference.generate.GenerationSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori chat}: a conversation with a decoder. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Converses with a decoder, with an adapter or without: each line of stdin is a message, the"
          + " answer is shown while it is written, and what was said before counts. The base's own"
          + " chat template is used. A line that ends in \\ continues on the next one.",
      "",
      "Lines that begin with / are commands: /reset forgets what was said, /system TEXT says what"
          + " the assistant is to be and begins anew, /help lists them, /quit ends. Ctrl-C stops an"
          + " answer; once more, or where nothing is being written, it ends the conversation."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori chat --base models/Qwen3-0.6B",
      "  haori chat --adapter answers --system 'You know our pumps.' --temperature 0.7",
      "  haori chat --base models/Llama-3.2-1B-Instruct --quiet --json",
      "  haori chat --server http://plant:8080 --adapter answers@live"
    })
public final class ChatCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--adapter",
      paramLabel = "DIR|reg:MODULE",
      description =
          "A module of a decoder, from tune, pretrain, PEFT or the registry (default: the base"
              + " alone).")
  @Nullable String adapter;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "What the assistant is to be (default: nothing but what the template says).")
  @Nullable String system;

  @Mixin final RegistryAddress registry = new RegistryAddress();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final GenerationOptions options = new GenerationOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public ChatCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    remote.check();
    GenerationSettings settings = options.settings(common.seed);
    try (WritingSource source =
            WritingSource.open(session, common, adapter, registry, remote, "chat");
        StopKey key = StopKey.take();
        WritingSource.Talk chat = source.talk(settings)) {
      chat.begin(system);
      ChatLines lines = new ChatLines(session, common, chat, key);
      boolean left = lines.run();
      lines.note();
      if (common.json) {
        JsonResult json = new JsonResult("chat");
        lines.put(json).print(session.console(), session.secondsSince(start));
      }
      return left ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }
}
