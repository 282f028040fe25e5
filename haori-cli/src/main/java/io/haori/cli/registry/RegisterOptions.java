package io.haori.cli.registry;

import io.haori.analysis.drift.DriftProfile;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.inference.observe.ObservedRows;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.watch.DriftReference;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a run puts what it made: a folder, a registry, or both. */
public final class RegisterOptions {
  private static final String PROFILE = "HAORI_DRIFT_PROFILE";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Gets the adapter, a PEFT folder that says how it came to be; may be left out with --name"
              + " (default: none).")
  @Nullable Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Put the adapter into the registry as the next version of this module, and record its"
              + " scores on the test rows (default: none).")
  public @Nullable String name;

  @Mixin final ForceOption force = new ForceOption();

  public @Mixin final RegistryAddress registry = new RegistryAddress();

  /**
   * The folder to work in.
   *
   * @param spec of the command, for the sentence when neither a folder nor a name is given
   */
  public Path folder(CommandSpec spec) {
    return folder(out, name, spec);
  }

  /**
   * The folder to work in.
   *
   * @param out as given, or null
   * @param name of the module in the registry, or null
   * @param spec of the command, for the sentence when neither is given
   */
  public static Path folder(@Nullable Path out, @Nullable String name, CommandSpec spec) {
    if (out != null) {
      return out;
    }
    if (name == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--out is missing: " + spec.qualifiedName() + " needs it, or --name for a registry");
    }
    // Beside the user, not in the temporary folder: an interrupted run continues from here.
    return Path.of(".haori-" + new ModuleName(name));
  }

  /**
   * Refuses a folder of the user's with something in it. One that a registry gets its version from
   * goes when the run has ended.
   *
   * @param folder as {@link #folder} gave it
   * @param resume whether an interrupted run is to be continued
   * @throws UserError that says what is there and what helps
   * @throws IOException when the folder cannot be listed
   */
  public void requireReplaceable(Path folder, boolean resume) throws IOException {
    OutFolder.requireReplaceable(folder, force.force || out == null, resume);
  }

  /**
   * Refuses, before anything is trained, what could not be registered afterwards.
   *
   * @param session what the command runs in
   * @param data whose scores will be recorded
   */
  public void check(Session session, Path data) {
    if (name != null) {
      ModuleName module = new ModuleName(name);
      evaluation(data, Split.TEST, "", Map.of());
      try (Registry opened = registry.openOrCreate(session.context())) {
        opened.modules().requireMayAdd(module);
      }
    }
  }

  /**
   * Puts a folder into the registry, when a name is given. The folder stays if the user named it.
   *
   * @param session what the command runs in
   * @param folder that was made
   * @param model what the folder holds, for its base
   * @param dataset that it was fitted to
   * @param test scores on its test rows
   * @param parents versions that a mix was made of
   * @return the version, or null when no registry is wanted
   */
  public @Nullable ModuleVersion register(
      Session session,
      Path folder,
      TextModel model,
      Dataset dataset,
      Map<String, Double> test,
      List<Parent> parents) {
    DataFile rows = dataset.test();
    if (name == null) {
      // Who registers the folder afterwards, as a server does, gets the profile as a file.
      if (profileFile(session).isPresent()) {
        writeProfile(session, profile(folder, model, rows));
      }
      return null;
    }
    Evaluation evaluation = evaluation(dataset.folder(), Split.TEST, rows.sha256(), test);
    Optional<DriftProfile> profile = profile(folder, model, rows);
    try (Registry opened = registry.openOrCreate(session.context())) {
      ModuleVersion version =
          new Registration(opened)
              .add(folder, new ModuleName(name), Addition.of(parents), evaluation);
      profile.ifPresent(found -> setReference(opened, version.id(), evaluation, found));
      if (out == null) {
        AtomicFiles.delete(folder);
      }
      return version;
    }
  }

  /**
   * Puts the module of a decoder into the registry, when a name is given. The folder stays if the
   * user named it.
   *
   * @param session what the command runs in
   * @param folder that was made
   * @param data that it was fitted to
   * @param digest SHA-256 of its test rows
   * @param test scores of what it writes to them; empty where none were answered
   * @param parents versions that a mix was made of
   * @return the version, or null when no registry is wanted
   */
  public @Nullable ModuleVersion register(
      Session session,
      Path folder,
      Path data,
      String digest,
      Map<String, Double> test,
      List<Parent> parents) {
    if (name == null) {
      return null;
    }
    ModuleName module = new ModuleName(name);
    try (Registry opened = registry.openOrCreate(session.context())) {
      Registration registration = new Registration(opened);
      ModuleVersion version =
          test.isEmpty()
              ? registration.add(folder, module, Addition.of(parents)).version()
              : registration.add(
                  folder, module, Addition.of(parents), evaluation(data, Split.TEST, digest, test));
      if (out == null) {
        AtomicFiles.delete(folder);
      }
      return version;
    }
  }

  /** The file that gets what answers on the evaluation rows look like, for a program that asks. */
  public static Optional<Path> profileFile(Session session) {
    return Optional.ofNullable(session.context().environment().get(PROFILE)).map(Path::of);
  }

  /**
   * Writes what answers on the evaluation rows look like, for a program that asks.
   *
   * @param profile empty for too few rows
   */
  public static void writeProfile(Session session, Optional<DriftProfile> profile) {
    profile.ifPresent(
        found ->
            profileFile(session).ifPresent(file -> AtomicFiles.writeText(file, found.toJson())));
  }

  /** Of a model as it will be served: with what was calibrated since it was fitted. */
  private static Optional<DriftProfile> profile(Path folder, TextModel model, DataFile rows) {
    if (model.module().method().trainsBase()) {
      // It would be read into the base of others, so no server serves it.
      return Optional.empty();
    }
    try (TextModel stored =
        AdapterFolder.load(folder, model.base(), List.of(), model.options().precision())) {
      return ObservedRows.profile(stored.pass(), rows.rows(), 0);
    }
  }

  /**
   * Stores what a version's answers look like on the rows of an evaluation, with which a server
   * compares those that it gives.
   */
  public static void setReference(
      Registry registry, VersionId id, Evaluation evaluation, DriftProfile profile) {
    registry
        .watch()
        .setReference(
            id,
            new DriftReference(
                evaluation.dataName(),
                evaluation.split(),
                evaluation.dataDigest(),
                profile.toJson()));
  }

  /** Where the adapter is now, for a sentence. */
  public String place(Path folder, @Nullable ModuleVersion version) {
    return place(out, folder, version);
  }

  /**
   * Where a result is now, for a sentence.
   *
   * @param out as given, or null
   * @param folder that was made
   * @param version of the registry, or null
   */
  public static String place(@Nullable Path out, Path folder, @Nullable ModuleVersion version) {
    String registered = version == null ? "" : version.id() + " of the registry";
    return out == null
        ? registered
        : version == null ? folder.toString() : folder + " and " + registered;
  }

  /** How a command that takes an adapter names it now. */
  public String adapter(Path folder, @Nullable ModuleVersion version) {
    return out == null && version != null
        ? CheckedOut.PREFIX + version.id()
        : ShellWords.quoted(folder.toString());
  }

  /** Adds the version to what {@code --json} prints. */
  public static void put(JsonResult json, @Nullable ModuleVersion version) {
    if (version != null) {
      json.put("module", version.id().toString());
    }
  }

  /**
   * Scores of a data set, named as its folder is.
   *
   * @throws UserError when the folder's name is not printable or has blanks
   */
  public static Evaluation evaluation(
      Path data, Split split, String digest, Map<String, Double> scores) {
    String folder = String.valueOf(data.toAbsolutePath().normalize().getFileName());
    return new Evaluation(folder, split.fileName(), digest, scores);
  }
}
