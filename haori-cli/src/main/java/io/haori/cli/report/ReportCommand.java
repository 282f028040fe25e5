package io.haori.cli.report;

import static io.haori.core.check.Check.require;

import io.haori.cli.proof.PlanFile;
import io.haori.cli.proof.ProofFile;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.wording.Words;
import io.haori.core.files.AtomicFiles;
import io.haori.core.language.Language;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori report}: one page for those who decide, and where its numbers come from. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes a report of a proof of concept or of a registry. The first page says in its first"
            + " line whether to go on or to stop, then what was tried, what it gains, how sure that"
            + " is, what it costs, what comes next and what could go wrong. Every number leads to"
            + " the pages behind it: stages, scores, versions with settings and digests, and the"
            + " log.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori report plan --out report.pdf",
      "  haori report --registry reg --lang ja --out report.pdf"
    })
public final class ReportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      paramLabel = "PLAN",
      arity = "0..1",
      description =
          "Folder that haori advise --out wrote, with its proof of concept where one was begun"
              + " (default: none; the registry with its newest proof of concept).")
  @Nullable Path plan;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Gets the report, as its ending says: .pdf or .html.")
  Path out;

  @Option(names = "--force", description = "Replace the file where there is one.")
  boolean force;

  @Mixin final RegistryAddress address = new RegistryAddress();

  @Option(
      names = "--lang",
      paramLabel = "LANG",
      description = "Language of the report: en or ja (default: that of the environment).")
  @Nullable String lang;

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, and nothing else, on stdout.")
  boolean json;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  /** A command of a context. */
  public ReportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Language.requireKnown("--lang", lang);
    String ending = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
    boolean pdf = ending.endsWith(".pdf");
    require(pdf || ending.endsWith(".html"), "--out", "a file .pdf or .html", out);
    require(
        !Files.isDirectory(out) && (force || !Files.exists(out)),
        "--out",
        "a new file, or --force replaces it",
        out);
    Report report = new Report(Words.languageOf(context.console()));
    String html = html(report);
    if (pdf) {
      byte[] bytes = PdfFile.of(html, report.title());
      AtomicFiles.write(
          out,
          channel -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
              channel.write(left);
            }
          });
    } else {
      AtomicFiles.writeText(out, html);
    }
    if (json) {
      new JsonResult("report")
          .put("out", out.toString())
          .put("verdict", report.verdict())
          .put("language", report.language().tag())
          .print(context.console(), context.secondsSince(start));
    } else {
      context.tell(report.firstLine());
      context.tell("Written: " + out);
    }
    return ExitCode.DONE;
  }

  private String html(Report report) {
    Path folder = plan;
    if (folder == null) {
      try (Registry registry = address.open(context)) {
        RegistryFacts facts = RegistryFacts.of(registry, context.clock().instant());
        List<ProofStory> proofs = facts.proofs();
        return report.of(facts, proofs.isEmpty() ? null : proofs.get(proofs.size() - 1));
      }
    }
    PlanFile advice = PlanFile.read(folder);
    if (!ProofFile.isIn(folder)) {
      return report.of(advice.json(), context.clock().instant());
    }
    ProofFile file = ProofFile.read(folder);
    RegistryLocation location =
        RegistryAddress.location(
            context, file.registry(), file.blobs().isEmpty() ? null : Path.of(file.blobs()));
    try (Registry registry =
        Registry.open(location, RegistryAddress.credentials(context), context.clock())) {
      RegistryFacts facts = RegistryFacts.of(registry, context.clock().instant());
      return report.of(facts, ProofStory.find(registry, file.start()));
    }
  }
}
