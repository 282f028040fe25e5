package io.haori.cli.poc;

import static io.haori.core.check.Check.require;

import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofFile;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.ProcessorTime;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.UserError;
import io.haori.core.files.FolderLock;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.proof.ProofKind;
import io.haori.training.proof.ProofFits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori poc next}: runs the next stage, or says what follows from all. */
@Command(
    name = "next",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs the next stage of a proof of concept and decides it. A stage that was interrupted is"
            + " undone and begins anew, but for what was answered before. After the last stage, or"
            + " where the first one takes no module, the test rows are looked at once and it says"
            + " what follows.",
    footerHeading = "%nExamples:%n",
    footer = {"  haori poc next", "  haori poc next plan --stage 2"})
public final class PocNextCommand implements Callable<Integer> {
  private static final String WORK = "poc";

  private final Session session;

  @Parameters(
      paramLabel = "PLAN",
      arity = "0..1",
      defaultValue = "plan",
      description = "Folder that it was begun from (default: ${DEFAULT-VALUE}).")
  Path plan;

  @Option(
      names = "--stage",
      paramLabel = "N",
      description = "Refuse to run another stage than this one (default: the next one).")
  @Nullable Integer stage;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public PocNextCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant begin = session.clock().instant();
    common.check();
    ProofFile unused = ProofFile.read(plan);
    session.claims().add(lock());
    try (OpenProof proof = OpenProof.of(plan, session.context())) {
      ProofStory story = proof.story();
      if (story.end() != null) {
        throw new UserError(
            UserError.Kind.STATE,
            "The proof of concept of " + plan + " has ended; haori poc status shows its result");
      }
      StagePlan next = story.next();
      if (stage != null) {
        require(
            next != null && next.number() == stage,
            "--stage",
            next == null ? "left out, as no stage is left" : "the next one, " + next.number(),
            stage);
      }
      common.base = common.baseOr(story.start().base());
      EngineSetup engine = new EngineSetup(session, common);
      DType precision = DType.valueOf(story.start().precision());
      TextOptions text = new TextOptions(Pooling.AUTO, story.start().maxLength(), precision);
      // Rows that changed are refused before the base is loaded.
      StageRows read = new StageRows(story, text);
      story.start().domains().forEach(one -> read.data(one.name()));
      StageModules modules = new StageModules(proof.registry(), plan.resolve(WORK));
      undoInterrupted(proof, modules);
      try (Interruption interruption = Interruption.ofProcess(session.console());
          TextBase base = engine.open(story.start().base(), precision)) {
        require(
            base.digest().equals(story.start().baseDigest()),
            "--base",
            "the base that the proof of concept began with, " + story.start().baseDigest(),
            base.digest());
        Work work =
            new Work(proof, read.forComparison(base), modules, base, precision, interruption);
        boolean done = next == null || work.run(next);
        if (done && ProofStory.find(proof.registry(), proof.file().start()).isDecided()) {
          done = work.finish();
        }
        if (!done) {
          session
              .console()
              .err()
              .println("Interrupted; haori poc next " + plan + " runs the stage again.");
          return ExitCode.INTERRUPTED;
        }
      }
      new StatusView(session, common, plan)
          .show(
              "poc next",
              ProofStory.find(proof.registry(), proof.file().start()),
              session.secondsSince(begin));
    }
    return ExitCode.DONE;
  }

  private FolderLock lock() throws IOException {
    return FolderLock.tryTake(plan.resolve(WORK))
        .orElseThrow(
            () ->
                new UserError(
                    UserError.Kind.STATE,
                    "PLAN must be one that no other command works on, got " + plan));
  }

  /** What a stage had made when the process ended under it. */
  private void undoInterrupted(OpenProof proof, StageModules modules) {
    ProofFile file = proof.file();
    if (file.running() == 0) {
      return;
    }
    if (proof.story().result(file.running()) == null) {
      for (String version : file.versions()) {
        VersionId id = StageModules.id(version);
        modules.undo(id, "stage " + file.running() + " was interrupted before it was decided");
      }
    }
    file.withRunning(0, List.of()).write(plan);
  }

  /** The work of one call on an open base. */
  private final class Work {
    private final OpenProof proof;
    private final StageRows rows;
    private final StageModules modules;
    private final TextBase base;
    private final DType precision;
    private final Interruption interruption;

    Work(
        OpenProof proof,
        StageRows rows,
        StageModules modules,
        TextBase base,
        DType precision,
        Interruption interruption) {
      this.proof = proof;
      this.rows = rows;
      this.modules = modules;
      this.base = base;
      this.precision = precision;
      this.interruption = interruption;
    }

    /** Runs a stage and records it; false when the user stopped it. */
    boolean run(StagePlan next) {
      ProofFile file = proof.file();
      file.withRunning(next.number(), List.of()).write(plan);
      try (Progress progress =
          session.progress(
              common,
              "Stage " + next.number(),
              0,
              Math.max(1, Math.round(next.estimatedSeconds())))) {
        StageClock clock =
            new StageClock(
                next.budgetSeconds(), interruption::requested, ProcessorTime::nanos, progress);
        Optional<StageResult> result =
            new StageRun(
                    proof.story().start(),
                    next,
                    rows,
                    new ProofFits(
                        base,
                        plan.resolve(WORK).resolve("answers"),
                        clock::stops,
                        ProcessorTime::nanos),
                    modules,
                    clock,
                    made -> file.withRunning(next.number(), made).write(plan))
                .run(file.start());
        result.ifPresent(
            found -> {
              long entry =
                  proof
                      .registry()
                      .proofs()
                      .add(
                          ProofKind.STAGE,
                          new ModuleName(proof.story().start().first().name()),
                          ProofStory.details(found));
              session.note(common, "Recorded by entry " + entry + " of the log.");
            });
        file.withRunning(0, List.of()).write(plan);
        return result.isPresent();
      }
    }

    /** Looks at the test rows and records what follows; false when the user stopped it. */
    boolean finish() {
      ProofStory story = ProofStory.find(proof.registry(), proof.file().start());
      Optional<ProofEnd> end =
          new ProofFinish(
                  story,
                  new StageRows(story, rows.text()),
                  new ProofFits(
                      base,
                      plan.resolve(WORK).resolve("answers"),
                      interruption::requested,
                      ProcessorTime::nanos),
                  modules,
                  base,
                  precision)
              .run();
      end.ifPresent(
          found -> {
            long unused =
                proof
                    .registry()
                    .proofs()
                    .add(
                        ProofKind.END,
                        new ModuleName(story.start().first().name()),
                        ProofStory.details(found));
          });
      return end.isPresent();
    }
  }
}
