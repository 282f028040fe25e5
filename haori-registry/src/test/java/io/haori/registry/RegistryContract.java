package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.registry.access.GrantedRole;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.version.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every registry promises, wherever its rows are. */
abstract class RegistryContract extends RegistryFixture {
  // --- versions ---------------------------------------------------------------------------------

  @Test
  void aFolderBecomesTheFirstVersion() {
    Added added = admin.modules().add(folder(1), FOOD, Addition.plain());

    assertThat(added.isNew()).isTrue();
    assertThat(added.version().id()).hasToString("food@1");
    VersionView view = admin.modules().show(ModuleReference.parse("food"));
    assertThat(view.version()).isEqualTo(added.version());
    assertThat(view.version().author()).isEqualTo("admin");
    assertThat(view.version().created()).isEqualTo(MORNING);
    assertThat(view.version().origin().method()).isEqualTo("lora");
    assertThat(view.version().origin().baseDigest()).isEqualTo("b1");
    assertThat(view.version().origin().seed()).isEqualTo(42);
    assertThat(view.version().origin().codeVersion()).isEqualTo("0.1.0");
    assertThat(view.version().origin().settings()).containsEntry("method", "lora of rank 8");
    assertThat(view.version().origin().data()).containsEntry("train", "d1");
    assertThat(view.version().origin().metrics().get("test")).containsEntry("accuracy", 0.85);
    assertThat(view.status().state()).isEqualTo(State.DRAFT);
    assertThat(view.version().files().stream().map(file -> file.path()))
        .containsExactly(
            "adapter_config.json", "adapter_model.safetensors", "haori.json", "heads.safetensors");
    isSound();
  }

  @Test
  void namesMayBeJapanese() {
    ModuleName name = new ModuleName("食品");
    LiveTarget tokyo = new LiveTarget("東京");
    admin
        .lifeCycle()
        .setRule(new ApprovalRule(new NamePattern("食*"), "検査", "test", "accuracy", 0.8, null));
    give("花子", Role.AUTHOR, "食*");
    Registry hanako = as("花子");

    VersionId id = hanako.modules().add(folder(1), name, Addition.plain()).version().id();
    hanako.lifeCycle().evaluated(id, new Evaluation("検査", "test", "d2", Map.of("accuracy", 0.9)));
    admin.lifeCycle().approve(id, "良い");
    admin.lifeCycle().goLive(id, tokyo, "公開");
    admin
        .modules()
        .add(folder(2), new ModuleName("献立"), Addition.of(List.of(new Parent(id, Relation.MIX))));

    assertThat(admin.modules().resolve(ModuleReference.parse("食品@live/東京"))).isEqualTo(id);
    assertThat(admin.modules().list())
        .extracting(one -> one.newest().toString())
        .containsExactly("献立@1", "食品@1");
    assertThat(admin.modules().show(ModuleReference.parse("食品")).version().author())
        .isEqualTo("花子");
    refused(
        () -> hanako.modules().add(folder(3), new ModuleName("献立"), Addition.plain()),
        "role of 花子 for 献立 must be author, got none");
    refused(
        () -> admin.modules().show(ModuleReference.parse("食器")),
        "No module named 食器 in this registry");
    Path out = temporary.resolve("out");
    admin.modules().export(ModuleReference.parse("食品@live/東京"), out);
    assertThat(out.resolve("haori.json")).exists();
    isSound();
  }

  @Test
  void namesThatDifferInASignOnlyStayApart() {
    Path one = folder(1);
    Path other = folder(2);
    for (String name : List.of("line.1", "line_1", "line-1")) {
      admin.modules().add(one, new ModuleName(name), Addition.plain());
    }
    admin.modules().add(other, new ModuleName("line_1"), Addition.plain());

    assertThat(admin.modules().list())
        .extracting(summary -> summary.newest().toString())
        .containsExactly("line-1@1", "line.1@1", "line_1@2");
    admin.modules().export(ModuleReference.parse("line.1"), temporary.resolve("dot"));
    admin.modules().export(ModuleReference.parse("line_1"), temporary.resolve("line"));
    assertThat(temporary.resolve("dot/adapter_model.safetensors"))
        .hasSameBinaryContentAs(one.resolve("adapter_model.safetensors"));
    assertThat(temporary.resolve("line/adapter_model.safetensors"))
        .hasSameBinaryContentAs(other.resolve("adapter_model.safetensors"));
    refused(
        () -> new ModuleName("Line_1"),
        "module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-'"
            + " and '・', beginning with a letter or digit, without '..', got Line_1");
  }

  @Test
  void theOrderInWhichParentsAreNamedDoesNotMatter() {
    VersionId food = add(1);
    VersionId act =
        admin.modules().add(folder(2), new ModuleName("act"), Addition.plain()).version().id();
    VersionId underscore =
        admin.modules().add(folder(3), new ModuleName("act_1"), Addition.plain()).version().id();

    admin
        .modules()
        .add(
            folder(4),
            new ModuleName("menu"),
            Addition.of(
                List.of(
                    new Parent(underscore, Relation.MIX),
                    new Parent(food, Relation.MIX),
                    new Parent(act, Relation.MIX))));

    assertThat(admin.modules().show(ModuleReference.parse("menu")).version().parents())
        .extracting(parent -> parent.id().toString())
        .containsExactly("act@1", "act_1@1", "food@1");
    isSound();
  }

  @Test
  void theSameContentIsStoredOnce() throws IOException {
    add(1);
    long blobs = blobs();

    Added again = admin.modules().add(folder(1), FOOD, Addition.plain());
    Added elsewhere = admin.modules().add(folder(1), new ModuleName("copy"), Addition.plain());
    admin.modules().add(folder(2), FOOD, Addition.plain());

    assertThat(again.isNew()).isFalse();
    assertThat(again.version().id()).hasToString("food@1");
    assertThat(elsewhere.version().id()).hasToString("copy@1");
    // The second version has other tensors and the rest in common.
    assertThat(blobs()).isEqualTo(blobs + 1);
    isSound();
  }

  @Test
  void aLargeFileIsStoredOnceAndMendedAsASmallOneIs() throws IOException {
    Path large = AdapterFolders.write(temporary.resolve("large"), 1, 500_000);
    VersionId id = admin.modules().add(large, FOOD, Addition.plain()).version().id();
    long blobs = blobs();
    Path blob = blobOf(id, "adapter_model.safetensors");
    assertThat(blob).hasSameBinaryContentAs(large.resolve("adapter_model.safetensors"));

    admin.modules().add(large, new ModuleName("copy"), Addition.plain());
    assertThat(blobs()).isEqualTo(blobs);
    Files.write(blob, new byte[2_000_000]);
    admin.modules().add(large, new ModuleName("again"), Addition.plain());

    isSound();
    assertThat(blobs()).isEqualTo(blobs);
    try (Stream<Path> files = Files.list(database.location().blobs())) {
      assertThat(files.filter(file -> file.toString().contains(".tmp-"))).isEmpty();
    }
  }

  @Test
  void filesComeOutAsTheyWentIn() {
    add(1);
    Path out = temporary.resolve("out");

    admin.modules().checkOut(ModuleReference.parse("food@1"), out);

    assertThat(out.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder(1).resolve("adapter_model.safetensors"));
    assertThat(out.resolve("haori.json")).hasSameBinaryContentAs(folder(1).resolve("haori.json"));
  }

  @Test
  void theListHasTheNewestVersionOfEachModuleAndWhatIsLive() {
    live(1);
    add(2);
    admin.modules().add(folder(3), new ModuleName("act"), Addition.plain());

    List<ModuleSummary> list = admin.modules().list();

    assertThat(list).extracting(one -> one.newest().toString()).containsExactly("act@1", "food@2");
    assertThat(list.get(1).live()).containsExactly(Map.entry("live", 1));
    assertThat(list.get(1).state()).isEqualTo(State.DRAFT);
  }

  @Test
  void aDamagedBlobIsFoundWhenItIsReadAndNeverLoaded() throws IOException {
    VersionId id = add(1);
    Path blob = blobOf(id, "adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length - 1] ^= 1;
    Files.write(blob, bytes);
    Path out = temporary.resolve("out");

    assertThatThrownBy(() -> admin.modules().checkOut(ModuleReference.parse("food"), out))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            java.util.regex.Pattern.quote(blob.toString())
                + ": the blob is damaged, its digest is [0-9a-f]{64}");
    assertThat(out).doesNotExist();
    assertThat(admin.maintenance().verify(b -> {}).firstBreak().orElseThrow())
        .startsWith(blob + ": the blob is damaged");
    // Whoever has the content still can repair it.
    admin.modules().add(folder(1), new ModuleName("copy"), Addition.plain());
    isSound();
  }

  @Test
  void aMissingBlobIsNamed() throws IOException {
    Path blob = blobOf(add(1), "haori.json");
    Files.delete(blob);

    refused(
        () -> admin.modules().checkOut(ModuleReference.parse("food"), temporary.resolve("out")),
        blob + ": the blob is missing");
    assertThat(admin.maintenance().verify(b -> {}).firstBreak())
        .contains(blob + ": the blob is missing");
  }

  @Test
  void whatIsNotThereIsNamed() {
    add(1);

    refused(
        () -> admin.modules().show(ModuleReference.parse("foot")),
        "No module named foot in this registry");
    refused(
        () -> admin.modules().show(ModuleReference.parse("food@7")),
        "version of food must be in [1, 1], got 7");
    refused(
        () -> admin.modules().show(ModuleReference.parse("food@live")),
        "No version of food is live");
  }

  @Test
  void whatIsLiveElsewhereIsNamed() {
    VersionId id = approved(1);
    admin.lifeCycle().goLive(id, BERLIN, "pilot");

    refused(
        () -> admin.modules().show(ModuleReference.parse("food@live")),
        "No version of food is live, only live/berlin");
    assertThat(admin.modules().resolve(ModuleReference.parse("food@live/berlin"))).isEqualTo(id);
  }

  // --- life-cycle -------------------------------------------------------------------------------

  @Test
  void aVersionGoesFromDraftToLive() {
    rule(0.8);
    VersionId id = add(1);
    assertThat(state(id)).isEqualTo(State.DRAFT);
    admin.lifeCycle().evaluated(id, accuracy(0.9));
    assertThat(state(id)).isEqualTo(State.EVALUATED);
    admin.lifeCycle().approve(id, "good enough");
    assertThat(state(id)).isEqualTo(State.APPROVED);
    admin.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
    assertThat(state(id)).isEqualTo(State.LIVE);
    assertThat(admin.modules().resolve(ModuleReference.parse("food@live"))).isEqualTo(id);
    assertThat(admin.lifeCycle().evaluations(id))
        .extracting(one -> one.evaluation().scores())
        .containsExactly(Map.of("accuracy", 0.9));
    isSound();
  }

  @Test
  void noStepIsLeftOut() {
    rule(0.8);
    VersionId id = add(1);

    refused(
        () -> admin.lifeCycle().approve(id, "hurry"),
        "state of food@1 must be evaluated before it is approved, got draft");
    refused(
        () -> admin.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "hurry"),
        "state of food@1 must be approved before it is live, got draft");
    assertThat(lastEntry().outcome()).isEqualTo(AuditEntry.REFUSED);
    assertThat(lastEntry().details())
        .contains("state of food@1 must be approved before it is live, got draft");
    isSound();
  }

  @Test
  void approvalNeedsARuleAndWhatItAsks() {
    VersionId id = add(1);
    admin.lifeCycle().evaluated(id, accuracy(0.79));

    refused(
        () -> admin.lifeCycle().approve(id, "please"),
        "approval of food must have a rule, got none; haori module rule sets one: a data set"
            + " with a metric and a bound, or another person than the author");
    rule(0.8);
    refused(
        () -> admin.lifeCycle().approve(id, "please"),
        "accuracy of food@1 on noun.food (test) must be at least 0.8, got 0.79");
    admin
        .lifeCycle()
        .setRule(new ApprovalRule(NamePattern.ALL, "audit-set", "test", "macroF1", 0.7, "d9"));
    admin.lifeCycle().evaluated(id, accuracy(0.85));
    refused(
        () -> admin.lifeCycle().approve(id, "please"),
        "macroF1 of food@1 on audit-set (test) must be at least 0.7, got no evaluation");
    admin
        .lifeCycle()
        .evaluated(id, new Evaluation("audit-set", "test", "d8", Map.of("macroF1", 0.9)));
    refused(
        () -> admin.lifeCycle().approve(id, "please"),
        "macroF1 of food@1 on audit-set (test) must be at least 0.7, got no evaluation");
    admin
        .lifeCycle()
        .evaluated(id, new Evaluation("audit-set", "test", "d9", Map.of("macroF1", 0.9)));
    admin.lifeCycle().approve(id, "at last");
    assertThat(state(id)).isEqualTo(State.APPROVED);
  }

  @Test
  void fourEyesForbidThatAnAuthorApproves() {
    rule(0.8);
    admin.lifeCycle().setFourEyes(new NamePattern("food"), true);
    give("anna", Role.AUTHOR, "food");
    give("anna", Role.APPROVER, "food");
    give("bob", Role.APPROVER, "food");
    VersionId id = as("anna").modules().add(folder(1), FOOD, Addition.plain()).version().id();
    as("anna").lifeCycle().evaluated(id, accuracy(0.9));

    refused(
        () -> as("anna").lifeCycle().approve(id, "mine"),
        "approver of food@1 must be another than its author anna, got anna");
    as("bob").lifeCycle().approve(id, "seen");
    assertThat(state(id)).isEqualTo(State.APPROVED);
  }

  @Test
  void anotherPersonMayBeAllThatARuleAsksFor() {
    admin.lifeCycle().setFourEyes(new NamePattern("food*"), true);
    give("anna", Role.AUTHOR, "*");
    give("anna", Role.APPROVER, "*");
    give("bob", Role.APPROVER, "*");
    Registry anna = as("anna");
    Registry bob = as("bob");
    VersionId id = anna.modules().add(folder(1), FOOD, Addition.plain()).version().id();

    refused(
        () -> anna.lifeCycle().approve(id, "mine"),
        "approver of food@1 must be another than its author anna, got anna");
    // A domain's module has no head and no score: a draft is enough.
    bob.lifeCycle().approve(id, "seen");
    assertThat(state(id)).isEqualTo(State.APPROVED);
    bob.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
    assertThat(state(id)).isEqualTo(State.LIVE);
    isSound();

    VersionId other =
        anna.modules().add(folder(2), new ModuleName("plant"), Addition.plain()).version().id();
    refused(
        () -> bob.lifeCycle().approve(other, "seen"),
        "state of plant@1 must be evaluated before it is approved, got draft");
    rule(0.8);
    VersionId scored = anna.modules().add(folder(3), FOOD, Addition.plain()).version().id();
    refused(
        () -> bob.lifeCycle().approve(scored, "seen"),
        "state of food@2 must be evaluated before it is approved, got draft");
    admin.lifeCycle().dropRules(new NamePattern("food*"));
    assertThat(admin.lifeCycle().fourEyes()).isEmpty();
    assertThat(lastEntry().details())
        .contains("accuracy on noun.food (test) of at least 0.8", "another person than the author");
    refused(
        () -> admin.lifeCycle().dropRules(new NamePattern("food*")),
        "No rule about food* in this registry");
  }

  @Test
  void rollbackRestoresWhatWasLiveBeforeStepByStep() {
    live(1);
    live(2);
    live(3);

    assertThat(admin.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "wrong"))
        .hasToString("food@2");
    assertThat(state(VersionId.of("food", 2))).isEqualTo(State.LIVE);
    assertThat(state(VersionId.of("food", 3))).isEqualTo(State.APPROVED);
    assertThat(admin.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "worse"))
        .hasToString("food@1");
    refused(
        () -> admin.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "again"),
        "No earlier version of food was live");
    assertThat(admin.modules().resolve(ModuleReference.parse("food@live"))).hasToString("food@1");
    isSound();
  }

  @Test
  void rollbackPassesByWhatWasRetired() {
    live(1);
    VersionId second = live(2);
    live(3);
    admin.lifeCycle().retire(second, "leaks");

    assertThat(admin.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "wrong"))
        .hasToString("food@1");
    isSound();
  }

  @Test
  void eachPlaceHasItsOwnLiveVersion() {
    VersionId first = live(1);
    VersionId second = approved(2);
    admin.lifeCycle().goLive(second, BERLIN, "pilot");

    assertThat(admin.modules().resolve(ModuleReference.parse("food@live"))).isEqualTo(first);
    assertThat(admin.modules().resolve(ModuleReference.parse("food@live/berlin")))
        .isEqualTo(second);
    admin.lifeCycle().goLive(first, BERLIN, "back");
    assertThat(admin.lifeCycle().rollback(FOOD, BERLIN, "no, forth")).isEqualTo(second);
    assertThat(state(first)).isEqualTo(State.LIVE);
    isSound();
  }

  @Test
  void whatWasLiveAtAMomentIsKnownEverAfter() {
    live(1);
    waitFor(Duration.ofHours(1));
    live(2);
    waitFor(Duration.ofHours(1));
    admin.lifeCycle().withdraw(FOOD, LiveTarget.EVERYWHERE, "stop");

    assertThat(admin.lifeCycle().liveAt(MORNING.minusSeconds(1))).isEmpty();
    assertThat(admin.lifeCycle().liveAt(MORNING)).extracting(m -> m.version()).containsExactly(1);
    assertThat(admin.lifeCycle().liveAt(MORNING.plus(Duration.ofMinutes(90))))
        .extracting(m -> m.version())
        .containsExactly(2);
    assertThat(admin.lifeCycle().liveAt(MORNING.plus(Duration.ofHours(2)))).isEmpty();
    assertThat(admin.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "go on"))
        .hasToString("food@2");
    isSound();
  }

  @Test
  void whatAVersionStartedFromIsKeptAndMayBeRetired() {
    VersionId food = admin.modules().add(folder(1), FOOD, Addition.plain()).version().id();
    Parent parent = new Parent(food, Relation.STARTED_FROM);
    admin.modules().add(folder(2), new ModuleName("next"), Addition.of(List.of(parent)));

    VersionView next = admin.modules().show(ModuleReference.parse("next"));
    assertThat(next.version().parents()).containsExactly(parent);
    assertThat(parent.relation().shown()).isEqualTo("started from");
    assertThat(Relation.MIX.shown()).isEqualTo("mix of");
    assertThat(admin.maintenance().log(100))
        .anySatisfy(entry -> assertThat(entry.details()).contains("[\"started from food@1\"]"));
    admin.lifeCycle().retire(food, "old");
    assertThat(state(food)).isEqualTo(State.RETIRED);
    isSound();
  }

  @Test
  void whatSomethingDependsOnIsNotRetired() {
    VersionId food = live(1);
    admin.lifeCycle().goLive(food, BERLIN, "pilot");
    admin
        .modules()
        .add(
            folder(2),
            new ModuleName("menu"),
            Addition.of(List.of(new Parent(food, Relation.MIX))));

    refused(
        () -> admin.lifeCycle().retire(food, "old"),
        "food@1 must be free of what depends on it, got live, live/berlin, the mix menu@1");
    admin.lifeCycle().withdraw(FOOD, LiveTarget.EVERYWHERE, "stop");
    admin.lifeCycle().withdraw(FOOD, BERLIN, "stop");
    refused(
        () -> admin.lifeCycle().retire(food, "old"),
        "food@1 must be free of what depends on it, got the mix menu@1");
    admin.lifeCycle().retire(VersionId.of("menu", 1), "old");
    admin.lifeCycle().retire(food, "old");
    assertThat(state(food)).isEqualTo(State.RETIRED);
    isSound();
  }

  @Test
  void whatIsRetiredStaysOutOfUse() {
    VersionId id = add(1);
    admin.lifeCycle().retire(id, "old");

    refused(
        () -> admin.lifeCycle().evaluated(id, accuracy(1)),
        "state of food@1 must be another than retired, got retired");
    refused(
        () -> admin.modules().checkOut(ModuleReference.parse("food@1"), temporary.resolve("out")),
        "state of food@1 must be another than retired, got retired");
    refused(
        () -> admin.modules().show(ModuleReference.parse("food")),
        "No version of food is in use, all are retired");
    assertThat(add(1)).hasToString("food@2");
  }

  // --- deletion ---------------------------------------------------------------------------------

  @Test
  void onlyFilesOfRetiredVersionsAreDeletedAndTheirStoryStays() throws IOException {
    VersionId first = add(1);
    VersionId second = add(2);
    admin.lifeCycle().retire(first, "old");
    long before = blobs();

    Maintenance.Sweep wouldBe = admin.maintenance().sweep(Duration.ZERO, true);
    assertThat(blobs()).isEqualTo(before);
    Maintenance.Sweep sweep = admin.maintenance().sweep(Duration.ZERO, false);

    assertThat(sweep).isEqualTo(wouldBe);
    assertThat(sweep.versions()).containsExactly(first);
    assertThat(sweep.blobs()).isEqualTo(1);
    assertThat(blobs()).isEqualTo(before - 1);
    admin.modules().checkOut(new ModuleReference.Numbered(second), temporary.resolve("out"));
    assertThat(admin.modules().show(ModuleReference.parse("food@1")).version().origin().seed())
        .isEqualTo(42);
    refused(
        () -> admin.modules().export(ModuleReference.parse("food@1"), temporary.resolve("out")),
        "files of food@1 must be there, got a version that gc deleted");
    isSound();
  }

  @Test
  void whatWasRetiredOfLateIsKept() {
    VersionId first = add(1);
    admin.lifeCycle().retire(first, "old");
    waitFor(Duration.ofDays(29));

    assertThat(admin.maintenance().sweep(Duration.ofDays(30), false).versions()).isEmpty();
    waitFor(Duration.ofDays(1));
    assertThat(admin.maintenance().sweep(Duration.ofDays(30), false).versions())
        .containsExactly(first);
  }

  // --- access -----------------------------------------------------------------------------------

  @Test
  void rolesAreCheckedByNamePattern() {
    add(1);
    give("anna", Role.AUTHOR, "foo*");
    give("vera", Role.VIEWER, "food");

    as("anna").modules().add(folder(2), FOOD, Addition.plain());
    assertThat(as("vera").modules().list()).hasSize(1);
    assertThat(as("nobody").modules().list()).isEmpty();
    refused(
        () -> as("anna").modules().add(folder(3), new ModuleName("act"), Addition.plain()),
        "role of anna for act must be author, got none");
    refused(
        () -> as("vera").modules().add(folder(3), FOOD, Addition.plain()),
        "role of vera for food must be author, got viewer");
    refused(
        () -> as("anna").lifeCycle().retire(VersionId.of("food", 1), "old"),
        "role of anna for food must be approver, got author");
    refused(
        () -> as("nobody").modules().show(ModuleReference.parse("food")),
        "role of nobody for food must be viewer, got none");
    refused(
        () -> as("anna").maintenance().sweep(Duration.ZERO, false),
        "role of anna for the whole registry must be admin, got author of foo*");
    assertThat(
            admin.maintenance().log(100).stream()
                .filter(entry -> entry.outcome().equals(AuditEntry.REFUSED))
                .map(entry -> entry.actor() + " " + entry.action() + " " + entry.module()))
        .containsExactly(
            "anna add act", "vera add food", "anna retire food", "nobody show food", "anna gc ");
    isSound();
  }

  @Test
  void everyActionNeedsItsRole() {
    VersionId id = live(1);
    give("vera", Role.VIEWER, "*");
    Registry vera = as("vera");

    String author = "role of vera for food must be author, got viewer";
    String approver = "role of vera for food must be approver, got viewer";
    String ofAll = "role of vera for the whole registry must be admin, got viewer of *";
    refused(() -> vera.lifeCycle().evaluated(id, accuracy(1)), author);
    refused(() -> vera.lifeCycle().approve(id, "x"), approver);
    refused(() -> vera.lifeCycle().goLive(id, BERLIN, "x"), approver);
    refused(() -> vera.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "x"), approver);
    refused(() -> vera.lifeCycle().withdraw(FOOD, LiveTarget.EVERYWHERE, "x"), approver);
    refused(() -> vera.lifeCycle().retire(id, "x"), approver);
    refused(() -> vera.lifeCycle().setFourEyes(NamePattern.ALL, true), ofAll);
    refused(() -> vera.lifeCycle().dropRules(NamePattern.ALL), ofAll);
    refused(() -> vera.access().give(new RoleGrant("vera", Role.ADMIN, NamePattern.ALL)), ofAll);
    refused(() -> vera.access().roles(), ofAll);
    assertThat(vera.maintenance().verify(b -> {}).firstBreak()).isEmpty();
  }

  @Test
  void theLastAdminStaysAdmin() {
    RoleGrant last = new RoleGrant("admin", Role.ADMIN, NamePattern.ALL);

    refused(() -> admin.access().take(last), "admin is the last admin of * and stays it");
    give("anna", Role.ADMIN, "*");
    admin.access().take(last);
    refused(
        () -> admin.access().roles(),
        "role of admin for the whole registry must be admin, got none");
  }

  @Test
  void aRoleThatNobodyHasIsNotTaken() {
    refused(
        () -> admin.access().take(new RoleGrant("anna", Role.VIEWER, new NamePattern("food"))),
        "anna is not viewer of food");
  }

  @Test
  void oneOpenedRegistryServesManyActorsAtOnce() throws Exception {
    int people = 16;
    give("reader", Role.VIEWER, "*");
    for (int i = 0; i < people; i++) {
      give("author" + i, Role.AUTHOR, "*");
      folder(i);
    }
    ExecutorService threads = Executors.newFixedThreadPool(people);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < people; i++) {
        int number = i;
        work.add(
            threads.submit(
                () -> {
                  try (Registry own = admin.as("author" + number)) {
                    VersionId id =
                        own.modules().add(folder(number), FOOD, Addition.plain()).version().id();
                    own.lifeCycle().evaluated(id, accuracy(0.9));
                    refused(
                        () -> own.lifeCycle().retire(id, "x"),
                        "role of author" + number + " for food must be approver, got author");
                    own.modules().show(new ModuleReference.Numbered(id));
                  }
                }));
      }
      for (Future<?> one : work) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    // Views were closed; what they share is open.
    assertThat(admin.modules().versions(FOOD)).hasSize(people);
    assertThat(admin.maintenance().history(FOOD, 1_000))
        .filteredOn(entry -> entry.action().equals("evaluate"))
        .extracting(AuditEntry::actor)
        .doesNotHaveDuplicates()
        .hasSize(people)
        .allMatch(actor -> actor.startsWith("author"));
    assertThat(admin.maintenance().history(FOOD, 1_000))
        .filteredOn(entry -> entry.outcome().equals(AuditEntry.REFUSED))
        .hasSize(people);
    assertThat(admin.actor()).isEqualTo("admin");
    isSound();
  }

  @Test
  void aViewMayDoWhatItsOwnRolesSayAndNoMore() {
    give("vera", Role.VIEWER, "plant-*");
    add(1);
    Registry vera = admin.as("vera");

    assertThat(vera.actor()).isEqualTo("vera");
    assertThat(vera.modules().list()).isEmpty();
    refused(
        () -> vera.modules().show(ModuleReference.parse("food")),
        "role of vera for food must be viewer, got none");
    refused(
        () -> admin.as("two words"),
        "account must be 1 to 100 printable characters without blanks, got two words");
    vera.close();
    assertThat(vera.as("admin").modules().list()).hasSize(1);
  }

  @Test
  void refusedChangesKeepNoConnection() {
    // More than the pool has: each that kept one would make the last ones wait for a minute.
    for (int i = 0; i < 40; i++) {
      refused(
          () -> admin.modules().show(ModuleReference.parse("food")),
          "No module named food in this registry");
      refused(
          () -> admin.lifeCycle().withdraw(FOOD, LiveTarget.EVERYWHERE, "x"),
          "No version of food is live");
    }
    add(1);
    isSound();
  }

  @Test
  void whoWasGrantedWhatByWhomAndWhenIsKnown() {
    waitFor(Duration.ofHours(1));
    give("anna", Role.ADMIN, "*");
    waitFor(Duration.ofHours(1));
    as("anna").access().give(new RoleGrant("bob", Role.AUTHOR, new NamePattern("food*")));
    give("bob", Role.VIEWER, "*");
    admin.access().take(new RoleGrant("bob", Role.VIEWER, NamePattern.ALL));
    waitFor(Duration.ofHours(1));
    give("bob", Role.VIEWER, "*");

    assertThat(admin.access().grantedRoles())
        .filteredOn(one -> !one.grant().pattern().text().startsWith("nothing"))
        .extracting(
            one -> one.grant().account() + " " + one.grant().role().word() + " by " + one.by())
        .containsExactly(
            "admin admin by admin",
            "anna admin by admin",
            "bob viewer by admin",
            "bob author by anna");
    assertThat(admin.access().grantedRoles())
        .filteredOn(one -> one.grant().account().equals("bob") && one.by() != null)
        .filteredOn(one -> !one.grant().pattern().text().startsWith("nothing"))
        .extracting(GrantedRole::since)
        .containsExactly(MORNING.plus(Duration.ofHours(3)), MORNING.plus(Duration.ofHours(2)));
    assertThat(admin.access().roles())
        .isEqualTo(admin.access().grantedRoles().stream().map(GrantedRole::grant).toList());
  }

  // --- log --------------------------------------------------------------------------------------

  @Test
  void everyChangeIsInTheLogWithWhoWhenAndWhy() {
    live(1);

    List<AuditEntry> history = admin.maintenance().history(FOOD, 100);

    assertThat(history)
        .extracting(AuditEntry::action)
        .containsExactly("add", "evaluate", "approve", "promote");
    AuditEntry last = history.get(3);
    assertThat(last.actor()).isEqualTo("admin");
    assertThat(last.happened()).isEqualTo(MORNING);
    assertThat(last.version()).isEqualTo(1);
    assertThat(last.details()).isEqualTo("{\"alias\":\"live\",\"reason\":\"release\"}");
    assertThat(history.get(1).details())
        .isEqualTo(
            "{\"data\":\"noun.food\",\"dataDigest\":\"d2\",\"scores\":{\"accuracy\":0.9},"
                + "\"split\":\"test\"}");
  }

  @Test
  void aReasonIsAsked() {
    VersionId id = approved(1);

    refused(
        () -> admin.lifeCycle().goLive(id, BERLIN, " "),
        "reason must be 1 to 2000 characters, got nothing");
  }
}
