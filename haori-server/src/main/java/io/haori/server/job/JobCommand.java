package io.haori.server.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.data.DataSets;
import io.haori.server.data.DataVersion;
import io.haori.server.data.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a job is written on the command line. */
final class JobCommand {
  private static final String BASE_PRECISION = "basePrecision";

  private final DataSets data;
  private final Registry registry;

  JobCommand(DataSets data, Registry registry) {
    this.data = data;
    this.registry = registry;
  }

  /**
   * The arguments of a job, whose modules are written out before.
   *
   * @param job that is about to run
   * @param folder of it
   */
  List<String> arguments(Job job, JobFolder folder) {
    JobRequest request = job.request();
    List<String> arguments = new ArrayList<>();
    switch (request.kind()) {
      case TUNE -> tune(arguments, job, folder);
      case PRETRAIN -> pretrain(arguments, job);
      case MIX -> mix(arguments, job, folder);
      case ANOMALY -> anomaly(arguments, job);
      case COMPARE -> compare(arguments, job);
      case ANALYZE -> analyze(arguments, job);
      case EVALUATE -> evaluate(arguments, job, folder);
      case TOGETHER -> together(arguments, job, folder);
    }
    arguments.addAll(List.of("--base", request.base()));
    if (!request.kind().measures()) {
      arguments.addAll(List.of("--out", folder.out().toString()));
    }
    if (request.kind().trains()) {
      addSettings(arguments, request.settings().deepCopy(), folder);
    }
    arguments.add("--json");
    return arguments;
  }

  /**
   * Settings as a file, but for how the base is kept: that alone does not choose how a model is
   * trained, as a file of settings would.
   */
  private static void addSettings(List<String> arguments, ObjectNode settings, JobFolder folder) {
    JsonNode precision = settings.remove(BASE_PRECISION);
    if (precision != null) {
      arguments.addAll(List.of("--base-precision", precision.asText()));
    }
    if (!settings.isEmpty()) {
      AtomicFiles.writeText(folder.settings(), settings.toString());
      arguments.addAll(List.of("--settings", folder.settings().toString()));
    }
  }

  private void tune(List<String> arguments, Job job, JobFolder folder) {
    arguments.add("tune");
    addData(arguments, job, true);
    if (!job.request().modules().isEmpty()) {
      arguments.add("--from");
      writeOut(job, folder, true).forEach(one -> arguments.add(one.toString()));
    }
    addResume(arguments, job);
  }

  /** A run that ended after its server did, without its result, is repeated: it is its own. */
  private static void addResume(List<String> arguments, Job job) {
    if (job.began()) {
      arguments.addAll(List.of("--resume", "--force"));
    }
  }

  private void pretrain(List<String> arguments, Job job) {
    DataVersion texts = data.find(job.request().data().get(0).toString());
    arguments.addAll(
        List.of("pretrain", "--corpus", job.request().name().fileName() + "=" + texts.file()));
    Reading reading = texts.reading();
    if (!reading.textColumn().isEmpty()) {
      arguments.add("--text-column=" + reading.textColumn());
    }
    if (!reading.sheet().isEmpty()) {
      arguments.add("--sheet=" + reading.sheet());
    }
    if (job.began()) {
      arguments.add("--resume");
    }
  }

  private void mix(List<String> arguments, Job job, JobFolder folder) {
    arguments.addAll(List.of("mix", "--modules"));
    writeOut(job, folder, false).forEach(one -> arguments.add(one.toString()));
    if (!job.request().route().isEmpty()) {
      arguments.add("--route=" + job.request().route());
    }
    addData(arguments, job, true);
    addResume(arguments, job);
  }

  private void anomaly(List<String> arguments, Job job) {
    DataVersion pictures = data.find(job.request().data().get(0).toString());
    arguments.addAll(List.of("anomaly", "fit", "--data", pictures.file().toString()));
    arguments.addAll(DetectorSettings.of(job.request().settings()).options());
    if (job.began()) {
      arguments.add("--force");
    }
  }

  private void compare(List<String> arguments, Job job) {
    arguments.add("compare");
    addData(arguments, job, true);
    addSeeds(arguments, job);
  }

  private void analyze(List<String> arguments, Job job) {
    arguments.addAll(List.of("analyze", job.request().analysis()));
    addData(arguments, job, true);
    addSeeds(arguments, job);
  }

  private void evaluate(List<String> arguments, Job job, JobFolder folder) {
    String module = writeOut(job, folder, true).get(0).toString();
    DataVersion rows = data.find(job.request().data().get(0).toString());
    if (isDetector(job)) {
      arguments.addAll(List.of("anomaly", "evaluate", "--model", module));
      arguments.addAll(List.of("--data", rows.file().toString()));
      return;
    }
    arguments.addAll(List.of("evaluate", "--adapter", module));
    addData(arguments, job, false);
    if (rows.ofPictures()) {
      arguments.addAll(List.of("--report", folder.report().toString()));
    }
  }

  private boolean isDetector(Job job) {
    ModuleReference module = new ModuleReference.Numbered(job.request().modules().get(0));
    String method = registry.as(job.account()).modules().show(module).version().origin().method();
    return method.equals(AdapterFiles.ANOMALY_METHOD);
  }

  private void together(List<String> arguments, Job job, JobFolder folder) {
    JobRequest request = job.request();
    List<VersionId> members = Members.of(registry, job);
    writeOut(job, folder, true);
    writeOut(job, members, folder, true);
    arguments.addAll(List.of("module", "together"));
    request.modules().forEach(id -> arguments.add(id.toString()));
    arguments.addAll(List.of("--from", folder.modules().toString()));
    if (request.modules().size() == 1) {
      arguments.add(
          "--members=" + String.join(",", members.stream().map(VersionId::toString).toList()));
    }
    TogetherSettings settings = TogetherSettings.of(request.settings());
    if (!settings.weights().isEmpty()) {
      arguments.add(
          "--weights="
              + String.join(",", settings.weights().stream().map(String::valueOf).toList()));
    }
    arguments.add("--metric=" + settings.metric());
    List<DataVersion> versions =
        request.data().stream().map(id -> data.find(id.toString())).toList();
    for (int i = 0; i < members.size(); i++) {
      Path file = versions.get(versions.size() == 1 ? 0 : i).file();
      arguments.addAll(List.of("--data", members.get(i) + "=" + file));
    }
    arguments.addAll(versions.get(0).reading().arguments());
  }

  private static void addSeeds(List<String> arguments, Job job) {
    if (job.request().seeds() > 0) {
      arguments.addAll(List.of("--seeds", String.valueOf(job.request().seeds())));
    }
  }

  private void addData(List<String> arguments, Job job, boolean labels) {
    arguments.add("--data");
    List<DataVersion> versions =
        job.request().data().stream().map(id -> data.find(id.toString())).toList();
    versions.forEach(one -> arguments.add(one.file().toString()));
    DataVersion first = versions.get(0);
    arguments.addAll(
        labels ? first.reading().argumentsWithLabels(first.file()) : first.reading().arguments());
  }

  /**
   * Writes the modules of a job out as who started it sees them.
   *
   * @param numbered whether a folder is called {@code food@3}, not {@code food}
   */
  private List<Path> writeOut(Job job, JobFolder folder, boolean numbered) {
    return writeOut(job, job.request().modules(), folder, numbered);
  }

  private List<Path> writeOut(
      Job job, List<VersionId> modules, JobFolder folder, boolean numbered) {
    Registry view = registry.as(job.account());
    List<Path> folders = new ArrayList<>();
    for (VersionId id : modules) {
      Path place = folder.modules().resolve(numbered ? id.toString() : id.name().fileName());
      if (!Files.isDirectory(place)) {
        view.modules().checkOut(new ModuleReference.Numbered(id), place);
      }
      folders.add(place);
    }
    return folders;
  }
}
