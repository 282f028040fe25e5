package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.access.Role;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.combination.Combinations;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Restoration;
import io.haori.registry.trial.LiveRule;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialKind;
import io.haori.registry.trial.TrialRule;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.watch.DriftReference;
import io.haori.registry.watch.Feedback;
import io.haori.registry.watch.ScoredFeedback;
import io.haori.registry.watch.ServedAnswer;
import io.haori.registry.watch.WatchRecords.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** References, answers, feedback, trials and combinations, wherever the rows are. */
abstract class WatchingContract extends RegistryFixture {
  private static final ModuleName MENU = new ModuleName("menu");

  /** Where another registry can be made. */
  abstract RegistryLocation newLocation(Path folder);

  private static DriftReference reference(String profile) {
    return new DriftReference("noun.food", "test", "d2", profile);
  }

  private ServedAnswer answer(String request, VersionId id, String... labels) {
    return new ServedAnswer(
        request, clock().instant(), "anna", id, "", 0, "", List.of(labels), List.of());
  }

  @Test
  void theLastReferenceOfAVersionCountsAndTheLogNamesWhoStoredIt() {
    VersionId id = add(1);
    assertThat(admin.watch().reference(id)).isEmpty();

    admin.watch().setReference(id, reference("{\"rows\":1}"));
    admin.watch().setReference(id, reference("{\"rows\":2}"));

    assertThat(admin.watch().reference(id)).contains(reference("{\"rows\":2}"));
    assertThat(lastEntry().action()).isEqualTo("reference");
    give("vera", Role.VIEWER, "*");
    refused(
        () -> as("vera").watch().setReference(id, reference("{}")),
        "role of vera for food must be author, got viewer");
    isSound();
  }

  @Test
  void feedbackIsStoredOnceAndFoundInItsOrder() {
    VersionId id = add(1);
    long changes = admin.changes();
    admin.watch().keep(List.of(answer("r1", id, "a", "b")), Duration.ofDays(7), 10);

    ServedAnswer known = admin.watch().answer("r1").orElseThrow();
    assertThat(known).isEqualTo(answer("r1", id, "a", "b"));
    assertThat(admin.watch().answer("r2")).isEmpty();
    assertThat(admin.watch().addFeedback(known, 0, "a", "anna")).isEqualTo(Outcome.ADDED);
    assertThat(admin.watch().addFeedback(known, 0, "a", "anna")).isEqualTo(Outcome.KNOWN);
    assertThat(admin.watch().addFeedback(known, 0, "b", "anna")).isEqualTo(Outcome.CONTRADICTED);
    assertThat(admin.watch().addFeedback(known.withOther(List.of("a", "c")), 1, "c", "anna"))
        .isEqualTo(Outcome.ADDED);

    assertThat(admin.watch().feedbackAfter(0, 10))
        .containsExactly(
            new Feedback(1, id, "", 0, "", true, null),
            new Feedback(2, id, "", 0, "", false, true));
    assertThat(admin.watch().feedbackAfter(1, 10)).extracting(Feedback::seq).containsExactly(2L);
    assertThat(admin.changes()).as("no line in the log for each answer").isEqualTo(changes);
    isSound();
  }

  @Test
  void feedbackKeepsTheScoreThatAThresholdDecided() {
    VersionId id = add(1);
    ServedAnswer scored =
        new ServedAnswer(
            "r1",
            clock().instant(),
            "anna",
            id,
            "",
            0,
            "",
            List.of("good", "anomalous"),
            List.of(),
            List.of(0.25, 1.5));
    admin.watch().keep(List.of(scored, answer("r2", id, "a")), Duration.ofDays(7), 10);
    ServedAnswer known = admin.watch().answer("r1").orElseThrow();
    assertThat(known).isEqualTo(scored);

    admin.watch().addFeedback(known, 1, "good", "anna");
    admin.watch().addFeedback(known, 0, "good", "anna");
    admin.watch().addFeedback(admin.watch().answer("r2").orElseThrow(), 0, "a", "anna");

    assertThat(admin.watch().scored(id, 9))
        .containsExactly(
            new ScoredFeedback(1.5, "anomalous", "good"), new ScoredFeedback(0.25, "good", "good"));
    assertThat(admin.watch().scored(id, 1))
        .as("the last one")
        .containsExactly(new ScoredFeedback(0.25, "good", "good"));
    assertThat(admin.watch().scored(add(2), 9)).isEmpty();
    isSound();
  }

  @Test
  void answersAreKeptForATimeAndUpToANumber() {
    VersionId id = add(1);
    admin.watch().keep(List.of(answer("old", id, "a")), Duration.ofDays(7), 3);
    for (int i = 1; i <= 4; i++) {
      waitFor(Duration.ofHours(1));
      admin.watch().keep(List.of(answer("r" + i, id, "a")), Duration.ofDays(7), 3);
    }
    assertThat(admin.watch().answer("old")).isEmpty();
    assertThat(admin.watch().answer("r1")).isEmpty();
    assertThat(admin.watch().answer("r2")).isPresent();

    waitFor(Duration.ofDays(8));
    admin.watch().keep(List.of(), Duration.ofDays(7), 3);
    assertThat(admin.watch().answer("r4")).isEmpty();
  }

  private VersionId evaluated(int content) {
    VersionId id = add(content);
    admin.lifeCycle().evaluated(id, accuracy(0.9));
    return id;
  }

  @Test
  void aTrialNeedsAnApprovedCandidateBesideWhatIsLive() {
    rule(0.8);
    VersionId first = evaluated(1);
    VersionId second = evaluated(2);
    refused(() -> share(second), "No version of food is live");
    admin.lifeCycle().approve(first, "good");
    admin.lifeCycle().goLive(first, LiveTarget.EVERYWHERE, "release");
    refused(
        () -> share(second),
        "state of food@2 must be approved before it answers a share of the requests, got"
            + " evaluated");
    refused(() -> share(first), "candidate must be another version than live, got food@1");
    admin.lifeCycle().approve(second, "good");
    refused(
        () ->
            admin
                .trials()
                .start(second, LiveTarget.EVERYWHERE, TrialKind.SHARE, 1.5, TrialRule.STOP, "try"),
        "share must be in (0, 1), got 1.5");

    Trial trial = share(second);

    assertThat(trial.live()).isEqualTo(first);
    assertThat(admin.modules().state().trials()).containsExactly(trial);
    assertThat(lastEntry().action()).isEqualTo("trial");
    refused(() -> share(second), "A trial of food runs live; end it first");
    assertThat(admin.trials().end(trial.id(), "stop: worse")).isTrue();
    assertThat(admin.trials().end(trial.id(), "stop: worse")).isFalse();
    assertThat(admin.modules().state().trials()).isEmpty();
    assertThat(admin.trials().all()).extracting(Trial::result).containsExactly("stop: worse");
    refused(() -> admin.trials().end(99, "x"), "No trial 99 in this registry");
    give("vera", Role.VIEWER, "*");
    refused(
        () ->
            as("vera")
                .trials()
                .start(second, LiveTarget.EVERYWHERE, TrialKind.SHADOW, 1, TrialRule.REPORT, "try"),
        "role of vera for food must be approver, got viewer");
    isSound();
  }

  private Trial share(VersionId candidate) {
    return admin
        .trials()
        .start(candidate, LiveTarget.EVERYWHERE, TrialKind.SHARE, 0.2, TrialRule.STOP, "try");
  }

  @Test
  void aRuleAboutWhatIsLiveIsKeptWithWhoSetIt() {
    NamePattern pattern = new NamePattern("food*");
    admin.trials().setLiveRule(pattern, 0.8);
    admin.trials().setLiveRule(pattern, 0.7);

    LiveRule rule = new LiveRule(pattern, 0.7, "admin");
    assertThat(admin.trials().liveRules()).containsExactly(rule);
    assertThat(admin.modules().state().liveRules()).containsExactly(rule);
    refused(
        () -> admin.trials().setLiveRule(pattern, 1),
        "bound of the live accuracy must be in (0, 1), got 1.0");
    admin.trials().dropLiveRule(pattern);
    assertThat(admin.trials().liveRules()).isEmpty();
    refused(
        () -> admin.trials().dropLiveRule(pattern), "No rule about live food* in this registry");
  }

  /** Looks again and compares with a look at everything; the names, or "all" where it is that. */
  private static String again(Registry registry, RegistryState before) {
    StateChange change = registry.modules().stateSince(before);
    assertThat(change.state()).isEqualTo(registry.modules().state());
    return change.whole() ? "all" : change.modules().stream().sorted().toList().toString();
  }

  @Test
  void aLaterLookReadsWhatTheLogNamesAndSeesWhatALookAtEverythingSees() {
    give("vera", Role.VIEWER, "food*");
    give("vera", Role.VIEWER, "z*");
    Registry vera = as("vera");
    for (String name : List.of("a", "food.0", "foo", "z")) {
      admin.modules().add(folder(9), new ModuleName(name), Addition.plain());
    }
    VersionId first = live(1);
    RegistryState before = admin.modules().state();
    RegistryState hers = vera.modules().state();
    assertThat(again(admin, before)).isEqualTo("[]");

    VersionId second = evaluated(2);
    admin.lifeCycle().approve(second, "good");
    Trial trial = share(second);
    assertThat(again(admin, before)).isEqualTo("[food]");
    assertThat(again(vera, hers)).isEqualTo("[food]");
    admin.trials().end(trial.id(), "stop");
    admin.lifeCycle().goLive(second, BERLIN, "try");
    assertThat(again(admin, before)).isEqualTo("[food]");
    refused(
        () -> vera.lifeCycle().retire(first, "old"),
        "role of vera for food must be approver, got viewer");
    admin.modules().add(folder(3), MENU, Addition.plain());
    assertThat(again(admin, before)).isEqualTo("[food, menu]");
    assertThat(again(vera, hers)).isEqualTo("[food, menu]");
    RegistryState later = admin.modules().stateSince(before).state();
    admin.lifeCycle().withdraw(FOOD, LiveTarget.EVERYWHERE, "done");
    admin.lifeCycle().retire(first, "old");
    admin.modules().add(folder(4), new ModuleName("zz"), Addition.plain());
    admin.modules().add(folder(4), new ModuleName("0"), Addition.plain());
    assertThat(again(admin, later)).isEqualTo("[0, food, zz]");
    assertThat(again(vera, hers)).isEqualTo("[0, food, menu, zz]");

    give("vera", Role.VIEWER, "menu");
    assertThat(again(vera, hers)).isEqualTo("all");
    admin.trials().setLiveRule(new NamePattern("food*"), 0.8);
    assertThat(again(admin, later)).isEqualTo("all");
  }

  @Test
  void aLaterLookAtALogThatDoesNotGoOnReadsEverything() {
    live(1);
    RegistryState before = admin.modules().state();
    add(2);
    RegistryState other =
        new RegistryState(
            before.changes(), "0".repeat(64), List.of(), List.of(), List.of(), List.of());
    RegistryState longer =
        new RegistryState(
            before.changes() + 7, before.lastHash(), List.of(), List.of(), List.of(), List.of());

    assertThat(again(admin, before)).isEqualTo("[food]");
    assertThat(again(admin, other)).isEqualTo("all");
    assertThat(again(admin, longer)).isEqualTo("all");
  }

  private VersionId approvedMix(VersionId member) {
    admin.lifeCycle().setFourEyes(new NamePattern("menu"), false);
    VersionId mix =
        admin
            .modules()
            .add(folder(5), MENU, Addition.of(List.of(new Parent(member, Relation.MIX))))
            .version()
            .id();
    admin
        .lifeCycle()
        .setRule(
            new ApprovalRule(new NamePattern("menu"), "noun.food", "test", "accuracy", 0.5, null));
    admin.lifeCycle().evaluated(mix, accuracy(0.9));
    admin.lifeCycle().approve(mix, "good");
    return mix;
  }

  private static MeasuredMember measured(VersionId member, double alone, double together) {
    return new MeasuredMember(member, "noun.food", "test", "d2", "accuracy", alone, together, 50);
  }

  @Test
  void aMixInWhichAMemberLosesTooMuchDoesNotBecomeLive() {
    VersionId member = live(1);
    VersionId mix = approvedMix(member);
    admin.combinations().setRule(new CombinationRule(new NamePattern("food*"), "accuracy", 0.01));

    refused(
        () -> admin.lifeCycle().goLive(mix, LiveTarget.EVERYWHERE, "release"),
        "loss of accuracy of food@1 in menu@1 must be at most 0.01, got no measurement; haori"
            + " module together measures it");
    admin.combinations().record("menu@1", MENU, List.of(measured(member, 0.91, 0.85)));
    refused(
        () -> admin.lifeCycle().goLive(mix, LiveTarget.EVERYWHERE, "release"),
        "loss of accuracy of food@1 in menu@1 on noun.food (test) must be at most 0.01, got 0.0600"
            + " (0.9100 alone, 0.8500 together, 50 rows)");
    assertThat(lastEntry().outcome()).isEqualTo("refused");

    admin.combinations().record("menu@1", MENU, List.of(measured(member, 0.91, 0.9)));
    admin.lifeCycle().goLive(mix, LiveTarget.EVERYWHERE, "release");

    assertThat(admin.combinations().evidence("menu@1", MENU))
        .containsExactly(measured(member, 0.91, 0.9), measured(member, 0.91, 0.85));
    assertThat(admin.combinations().members(mix)).containsExactly(member);
    isSound();
  }

  @Test
  void aSetThatActsTogetherIsNamedByItsMembersAndWeights() {
    VersionId first = add(1);
    VersionId second = add(2);
    Map<VersionId, Double> weights = Map.of(second, 0.3, first, 1.0);
    assertThat(Combinations.subject(weights)).isEqualTo("food@1 + food@2*0.3");
    admin.combinations().requireSafe(weights);
    admin.combinations().setRule(new CombinationRule(new NamePattern("food"), "accuracy", 0.01));
    refused(
        () -> admin.combinations().requireSafe(weights),
        "loss of accuracy of food@1 in food@1 + food@2*0.3 must be at most 0.01, got no"
            + " measurement; haori module together measures it");
    admin
        .combinations()
        .record(
            "food@1 + food@2*0.3",
            FOOD,
            List.of(measured(first, 0.9, 0.9), measured(second, 0.8, 0.8)));
    admin.combinations().requireSafe(weights);
    admin.combinations().dropRule(new NamePattern("food"));
    refused(
        () -> admin.combinations().dropRule(new NamePattern("food")),
        "No rule about food beside others in this registry");
    refused(
        () -> new CombinationRule(new NamePattern("food"), "accuracy", Double.NaN),
        "largest loss of accuracy must be finite and at least 0, got NaN");
  }

  @Test
  void aBackupHoldsWhatWasWatched() {
    VersionId id = live(1);
    admin.watch().setReference(id, reference("{\"rows\":1}"));
    admin.watch().addFeedback(answer("r", id, "a"), 0, "b", "anna");
    admin.trials().setLiveRule(new NamePattern("food"), 0.7);
    Path file = temporary.resolve("backup.zip");
    admin.backup().write(file, bytes -> {});
    RegistryLocation location = newLocation(temporary.resolve("again"));
    new Restoration(file).restore(location, null, bytes -> {});

    Registry again = Registry.open(location, database.credentials("admin"), clock());
    keep(again);
    assertThat(again.watch().reference(id)).contains(reference("{\"rows\":1}"));
    assertThat(again.watch().feedbackAfter(0, 9)).isEqualTo(admin.watch().feedbackAfter(0, 9));
    assertThat(again.trials().liveRules()).isEqualTo(admin.trials().liveRules());
  }
}
