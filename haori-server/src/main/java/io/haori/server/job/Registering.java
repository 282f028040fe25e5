package io.haori.server.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.core.files.FileFailures;
import io.haori.registry.Added;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.combination.Combinations;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.version.State;
import io.haori.registry.watch.DriftReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the result of a job the next version of its module: a draft, in the name of who started the
 * job, with the scores that the job measured on its test rows. The registry asks for their role
 * again.
 */
final class Registering {
  private static final String TEST = "test";
  private static final String TRAIN = "train";

  private final Registry registry;

  Registering(Registry registry) {
    this.registry = registry;
  }

  /**
   * Adds the version, or finds the one that holds the same files already.
   *
   * @param job that is done
   * @param folder of it
   */
  VersionId add(Job job, JobFolder folder) {
    JobRequest request = job.request();
    Registry view = registry.as(job.account());
    JsonNode result = folder.readResult();
    Path made = made(request, folder);
    if (MixFolder.standsIn(made)) {
      MixFolder.takeIn(made);
    }
    Addition addition = new Addition(parents(request, result), null, "job " + job.id());
    Added added = view.modules().add(made, request.name(), addition);
    ModuleVersion version = added.version();
    Map<String, Double> scores = scores(result.path(TEST));
    if (!scores.isEmpty()) {
      String digest = version.origin().data().getOrDefault(TEST, "");
      String data = request.data().get(0).name().text();
      // Not by whether it is new: a server that was killed may have added it and nothing else.
      State state = view.modules().show(numbered(version.id())).status().state();
      if (state == State.DRAFT) {
        view.lifeCycle().evaluated(version.id(), new Evaluation(data, TEST, digest, scores));
      }
      if (state != State.RETIRED && view.watch().reference(version.id()).isEmpty()) {
        profile(folder)
            .ifPresent(
                found ->
                    view.watch()
                        .setReference(version.id(), new DriftReference(data, TEST, digest, found)));
      }
    }
    if (request.kind() == JobKind.ANOMALY && view.watch().reference(version.id()).isEmpty()) {
      String data = request.data().get(0).name().text();
      String digest = result.path("dataDigest").asText();
      profile(folder)
          .map(found -> new DriftReference(data, TRAIN, digest, found))
          .ifPresent(found -> view.watch().setReference(version.id(), found));
    }
    return version.id();
  }

  private static ModuleReference numbered(VersionId id) {
    return new ModuleReference.Numbered(id);
  }

  /**
   * Records what a job measured that made no version, in the name of who started it.
   *
   * @param job that is done
   * @param folder of it
   */
  void record(Job job, JobFolder folder) {
    switch (job.request().kind()) {
      case EVALUATE -> recordScores(job, folder);
      case TOGETHER -> recordTogether(job, folder);
      default -> {}
    }
  }

  private void recordScores(Job job, JobFolder folder) {
    JsonNode result = folder.readResult();
    VersionId id = job.request().modules().get(0);
    String data = job.request().data().get(0).name().text();
    String digest = result.path("dataDigest").asText();
    Registry view = registry.as(job.account());
    view.lifeCycle()
        .evaluated(id, new Evaluation(data, TEST, digest, scores(result.path("scores"))));
    profile(folder)
        .ifPresent(
            found -> view.watch().setReference(id, new DriftReference(data, TEST, digest, found)));
  }

  private void recordTogether(Job job, JobFolder folder) {
    JobRequest request = job.request();
    List<VersionId> members = Members.of(registry, job);
    List<MeasuredMember> measured = new ArrayList<>();
    for (JsonNode one : folder.readResult().path("members")) {
      VersionId member = ModuleReference.parseVersion(one.path("module").asText());
      int place = request.data().size() == 1 ? 0 : members.indexOf(member);
      measured.add(
          new MeasuredMember(
              member,
              request.data().get(place).name().text(),
              one.path("split").asText(),
              one.path("dataDigest").asText(),
              one.path("metric").asText(),
              one.path("alone").asDouble(),
              one.path("together").asDouble(),
              one.path("rows").asInt()));
    }
    VersionId made = Members.made(request);
    String subject =
        made == null ? Combinations.subject(Members.weights(request, members)) : made.toString();
    registry.as(job.account()).combinations().record(subject, Members.about(request), measured);
  }

  private static Optional<String> profile(JobFolder folder) {
    try {
      return Files.exists(folder.drift())
          ? Optional.of(Files.readString(folder.drift()))
          : Optional.empty();
    } catch (IOException e) {
      throw FileFailures.unreadable(folder.drift(), e);
    }
  }

  private static Path made(JobRequest request, JobFolder folder) {
    return request.kind() == JobKind.PRETRAIN
        ? folder.out().resolve(request.name().fileName())
        : folder.out();
  }

  private static List<Parent> parents(JobRequest request, JsonNode result) {
    List<Parent> parents = new ArrayList<>();
    if (request.kind() == JobKind.MIX) {
      request.modules().forEach(id -> parents.add(new Parent(id, Relation.MIX)));
    }
    for (JsonNode one : result.path("startedFrom")) {
      VersionId id = ModuleReference.parseVersion(one.asText());
      if (request.modules().contains(id)) {
        parents.add(new Parent(id, Relation.STARTED_FROM));
      }
    }
    return parents;
  }

  private static Map<String, Double> scores(JsonNode json) {
    Map<String, Double> scores = new TreeMap<>();
    json.properties().stream()
        .filter(one -> one.getValue().isNumber())
        .forEach(one -> scores.put(one.getKey(), one.getValue().doubleValue()));
    return scores;
  }
}
