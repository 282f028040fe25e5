package io.haori.cli.poc;

import io.haori.cli.proof.DomainSource;
import io.haori.cli.proof.ProofData;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.StageKind;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.training.data.Dataset;
import io.haori.training.proof.GrowingRows;
import io.haori.training.proof.Way;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of a proof of concept's domains, and which way each one has so far. */
final class StageRows {
  private final ProofStory story;
  private final TextOptions text;
  private final Map<String, Dataset> data;
  private final Map<String, GrowingRows> looks = new HashMap<>();

  /**
   * Of a proof of concept so far.
   *
   * @param story of it
   * @param text how texts are read
   */
  StageRows(ProofStory story, TextOptions text) {
    this(story, text, new HashMap<>());
  }

  private StageRows(ProofStory story, TextOptions text, Map<String, Dataset> data) {
    this.story = story;
    this.text = text;
    this.data = data;
  }

  /** The same rows, read as vectors of a base that are compared. */
  StageRows forComparison(TextBase base) {
    return new StageRows(story, text.forComparison(base), data);
  }

  /** Names of all domains, in order. */
  List<String> all() {
    return story.start().domains().stream().map(DomainSource::name).toList();
  }

  /**
   * A domain's rows, read where they were not.
   *
   * @throws io.haori.core.check.UserError when they are others than in the beginning
   */
  Dataset data(String domain) {
    return data.computeIfAbsent(
        domain,
        name ->
            ProofData.read(
                story.start().domains().stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow()));
  }

  /** The rows that a stage is about. */
  Dataset data(StagePlan stage) {
    return stage.kind() == StageKind.SHARE
        ? GrowingRows.joined(all().stream().map(this::data).toList())
        : data(stage.domain());
  }

  /** The looks at a domain's rows. */
  GrowingRows looks(String domain) {
    Dataset rows = data(domain);
    return looks.computeIfAbsent(domain, name -> GrowingRows.of(rows, story.start().seed()));
  }

  /** The looks of a stage. */
  GrowingRows looks(StagePlan stage) {
    return stage.kind() == StageKind.SHARE
        ? GrowingRows.together(all().stream().map(this::looks).toList())
        : looks(stage.domain());
  }

  /** How texts are read. */
  TextOptions text() {
    return text;
  }

  /** A way by its name. */
  Way way(String name) {
    return Way.of(name, story.start().epochs(), text, story.start().seed());
  }

  /** The way that answers a domain so far. */
  String choice(String domain) {
    if (domain.equals(story.start().first().name())) {
      return firstChoice();
    }
    return story.start().stages().stream()
        .filter(one -> one.kind() == StageKind.DOMAIN && one.domain().equals(domain))
        .map(one -> story.result(one.number()))
        .filter(result -> result != null)
        .map(StageResult::choice)
        .findFirst()
        .orElse(Way.FROZEN);
  }

  /** The way that stages about the next domains and about all take from the first one. */
  String firstChoice() {
    String choice = Way.FROZEN;
    for (StagePlan one : story.start().stages()) {
      StageResult result = story.result(one.number());
      boolean first = one.kind() == StageKind.CAPACITY || one.kind() == StageKind.METHOD;
      if (first && result != null) {
        choice = result.choice();
      }
    }
    return choice;
  }
}
