package io.haori.cli.poc;

import io.haori.analysis.sequential.GainTest;
import io.haori.analysis.sequential.GainTest.Outcome;
import io.haori.cli.proof.ProofStart;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.proof.StageResult.Decision;
import io.haori.cli.proof.TrialResult;
import io.haori.registry.Added;
import io.haori.registry.name.ModuleName;
import io.haori.training.data.Dataset;
import io.haori.training.proof.GrowingRows;
import io.haori.training.proof.ProofFits;
import io.haori.training.proof.ProofFits.Answered;
import io.haori.training.proof.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs one stage: fits a candidate, puts it into the registry, lets it and what it would replace
 * answer look after look until the test knows, and takes the candidate or undoes it. Used once.
 */
final class StageRun {
  private static final String STOPPED = "The work was stopped.";

  private final ProofStart start;
  private final StagePlan stage;
  private final StageRows rows;
  private final ProofFits fits;
  private final StageModules modules;
  private final StageClock clock;
  private final Consumer<List<String>> made;
  private final List<TrialResult> trials = new ArrayList<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final List<String> retired = new ArrayList<>();

  /**
   * A stage.
   *
   * @param start what was fixed beforehand
   * @param stage this one
   * @param rows of its domains, with the ways chosen so far
   * @param fits stop when the clock says so
   * @param modules the registry
   * @param clock of the stage
   * @param made hears of the versions so far after each one
   */
  StageRun(
      ProofStart start,
      StagePlan stage,
      StageRows rows,
      ProofFits fits,
      StageModules modules,
      StageClock clock,
      Consumer<List<String>> made) {
    this.start = start;
    this.stage = stage;
    this.rows = rows;
    this.fits = fits;
    this.modules = modules;
    this.clock = clock;
    this.made = made;
  }

  /** What happens when the clock stops a fit. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super(STOPPED, null, false, false);
    }
  }

  /**
   * Runs it.
   *
   * @param proof number of the log entry that began the proof of concept
   * @return nothing when the user stopped it; then it is as if it had not begun, but for what was
   *     answered so far
   */
  Optional<StageResult> run(long proof) {
    String choice = rows.firstChoice();
    Decision decision;
    try {
      choice = tryAll(choice);
      decision = decision();
    } catch (Stopped e) {
      undoAll("");
      if (clock.userStops()) {
        return Optional.empty();
      }
      decision = Decision.BUDGET_SPENT;
      choice = unchanged();
    }
    String reason = StageReasons.english(stage, decision, choice, trials);
    String kept = "";
    String version = versions.get(choice);
    if (decision == Decision.PASSED && version != null) {
      undoAll(choice);
      Optional<String> refused = modules.promote(StageModules.id(version), reason);
      kept = refused.isEmpty() ? version : "";
      reason += refused.map(why -> " It is not live for the proof: " + why).orElse("");
    } else {
      undoAll("");
    }
    return Optional.of(
        new StageResult(
            proof,
            stage.number(),
            decision,
            choice,
            trials,
            versions,
            kept,
            retired,
            clock.expected(),
            clock.seconds(),
            stage.estimatedMegabytes(),
            clock.megabytes(),
            reason));
  }

  /** The way of the stage's domain where no candidate is taken. */
  private String unchanged() {
    return switch (stage.kind()) {
      case CAPACITY, METHOD -> rows.firstChoice();
      case DOMAIN -> Way.FROZEN;
      case SHARE -> "";
    };
  }

  private Decision decision() {
    if (trials.stream().anyMatch(one -> one.outcome() == Outcome.MORE)) {
      return Decision.PASSED;
    }
    return trials.stream().allMatch(one -> one.outcome() == Outcome.LESS)
        ? Decision.FAILED
        : Decision.NOT_SHOWN;
  }

  private String tryAll(String chosen) {
    return switch (stage.kind()) {
      case CAPACITY -> tryRanks();
      case METHOD -> tryMethods(chosen);
      case DOMAIN -> {
        add(chosen, rows.data(stage), module());
        yield trial(Way.FROZEN, chosen, stage.bound(), stage.alpha()) == Outcome.MORE
            ? chosen
            : Way.FROZEN;
      }
      case SHARE -> {
        add(chosen, rows.data(stage), module());
        yield share(chosen) == Outcome.MORE ? chosen : "";
      }
    };
  }

  /** The first rank must gain over the base; each other one must then lose less than the margin. */
  private String tryRanks() {
    String chosen = Way.FROZEN;
    for (String candidate : stage.candidates()) {
      add(candidate, rows.data(stage), module());
      boolean first = chosen.equals(Way.FROZEN);
      Outcome outcome =
          trial(chosen, candidate, first ? stage.bound() : -stage.margin(), stage.alpha());
      if (outcome == Outcome.MORE) {
        chosen = candidate;
      } else if (first) {
        return chosen;
      }
    }
    return chosen;
  }

  private String tryMethods(String before) {
    String chosen = before;
    double alpha = stage.alpha() / stage.candidates().size();
    for (String candidate : stage.candidates()) {
      add(candidate, rows.data(stage), module());
      if (trial(chosen, candidate, stage.bound(), alpha) == Outcome.MORE) {
        chosen = candidate;
      }
    }
    return chosen;
  }

  private Outcome trial(String before, String candidate, double bound, double alpha) {
    GainTest test = new GainTest(bound, alpha);
    int looks = 0;
    for (Dataset look : rows.looks(stage).looks()) {
      test.add(answer(before, look), answer(candidate, look));
      looks++;
      if (test.outcome() != Outcome.OPEN) {
        break;
      }
    }
    trials.add(TrialResult.of(before, candidate, bound, looks, test));
    return test.outcome();
  }

  /** One model for all must lose less than the margin against a model for each. */
  private Outcome share(String candidate) {
    GainTest test = new GainTest(-stage.margin(), stage.alpha());
    List<GrowingRows> each = rows.all().stream().map(rows::looks).toList();
    GrowingRows joined = rows.looks(stage);
    int looks = 0;
    for (Dataset look : joined.looks()) {
      List<boolean[]> separate = new ArrayList<>();
      for (int domain = 0; domain < each.size(); domain++) {
        String name = rows.all().get(domain);
        separate.add(answer(rows.choice(name), each.get(domain).looks().get(looks)));
      }
      test.add(joined(separate), answer(candidate, look));
      looks++;
      if (test.outcome() != Outcome.OPEN) {
        break;
      }
    }
    trials.add(TrialResult.of("", candidate, -stage.margin(), looks, test));
    return test.outcome();
  }

  private static boolean[] joined(List<boolean[]> parts) {
    int count = parts.stream().mapToInt(part -> part.length).sum();
    boolean[] all = new boolean[count];
    int next = 0;
    for (boolean[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }

  private boolean[] answer(String name, Dataset look) {
    Way way = rows.way(name);
    if (!fits.isKnown(way, look)) {
      clock.expect(StagePlanner.look(start.costs(), name, start.epochs(), look));
    }
    Answered answered = fits.answer(way, look).orElseThrow(Stopped::new);
    clock.tick();
    return answered.right();
  }

  private void add(String name, Dataset data, ModuleName module) {
    clock.expect(StagePlanner.whole(start.costs(), name, start.epochs(), data));
    Way way = rows.way(name);
    String note = "candidate " + name + " of stage " + stage.number();
    double unused =
        fits.fit(
                way,
                data,
                tuned -> {
                  Added added = modules.add(module, tuned, data, way.settings(), note);
                  if (added.isNew()) {
                    versions.put(name, added.version().id().toString());
                    made.accept(List.copyOf(versions.values()));
                  }
                })
            .orElseThrow(Stopped::new);
    clock.tick();
  }

  private ModuleName module() {
    String first = start.first().name();
    return new ModuleName(
        switch (stage.kind()) {
          case SHARE -> StageModules.shared(first);
          case DOMAIN -> stage.domain();
          case CAPACITY, METHOD -> first;
        });
  }

  /** Undoes what was made but for one way's version. */
  private void undoAll(String besides) {
    versions.forEach(
        (way, version) -> {
          if (!way.equals(besides) && !retired.contains(version)) {
            modules.undo(StageModules.id(version), "stage " + stage.number() + ": not taken");
            retired.add(version);
          }
        });
  }
}
