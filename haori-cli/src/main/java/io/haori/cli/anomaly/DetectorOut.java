package io.haori.cli.anomaly;

import io.haori.analysis.drift.DriftProfile;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.registry.Registration;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.Session;
import io.haori.core.files.AtomicFiles;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.version.ModuleVersion;
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

/** Where a detector is put: a folder, a registry, or both. */
final class DetectorOut {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Gets the detector; may be left out with --name (default: none).")
  @Nullable Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Put the detector into the registry as the next version of this module, with what its"
              + " scores of good pictures look like (default: none).")
  @Nullable String name;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final RegistryAddress registry = new RegistryAddress();

  /**
   * The folder to write, which may be replaced.
   *
   * @param spec of the command, for the sentence when neither a folder nor a name is given
   */
  Path folder(CommandSpec spec) throws IOException {
    if (out != null) {
      OutFolder.requireReplaceable(out, force.force);
    }
    return RegisterOptions.folder(out, name, spec);
  }

  /**
   * Refuses, before anything is fitted, what could not be registered afterwards.
   *
   * @param data that it is fitted to
   */
  void check(Session session, Path data) {
    if (name != null) {
      var unused = RegisterOptions.evaluation(data, Split.TRAIN, "", Map.of());
      check(session);
    }
  }

  /** Refuses, before anything is written, what could not be registered afterwards. */
  void check(Session session) {
    if (name != null) {
      ModuleName module = new ModuleName(name);
      try (Registry opened = registry.openOrCreate(session.context())) {
        opened.modules().requireMayAdd(module);
      }
    }
  }

  /**
   * Puts a detector into the registry, when a name is given. The folder stays if the user named it.
   *
   * @param folder that was made
   * @param data that it was fitted to
   * @param digest of these pictures
   * @param profile of the good pictures that were held out; empty for too few
   * @return the version, or null when no registry is wanted
   */
  @Nullable ModuleVersion register(
      Session session, Path folder, Path data, String digest, Optional<DriftProfile> profile) {
    if (name == null) {
      // Who registers the folder afterwards, as a server does, gets the profile as a file.
      RegisterOptions.writeProfile(session, profile);
      return null;
    }
    Evaluation held = RegisterOptions.evaluation(data, Split.TRAIN, digest, Map.of());
    try (Registry opened = registry.openOrCreate(session.context())) {
      ModuleVersion version =
          new Registration(opened).add(folder, new ModuleName(name), Addition.plain()).version();
      profile.ifPresent(found -> RegisterOptions.setReference(opened, version.id(), held, found));
      if (out == null) {
        AtomicFiles.delete(folder);
      }
      return version;
    }
  }

  /**
   * Puts a detector with another threshold into the registry, when a name is given. What live
   * pictures of the first one are compared with holds for it as well.
   *
   * @param folder that was made
   * @param first it was made of
   * @param before the threshold of the first one
   * @return the version, or null when no registry is wanted
   */
  @Nullable ModuleVersion register(Session session, Path folder, CheckedOut first, double before) {
    if (name == null) {
      return null;
    }
    ModuleVersion known = first.version();
    String note = "another threshold than " + before + " of " + first.shown();
    try (Registry opened = registry.openOrCreate(session.context())) {
      ModuleVersion version =
          new Registration(opened)
              .add(folder, new ModuleName(name), new Addition(List.of(), null, note))
              .version();
      if (known != null) {
        opened
            .watch()
            .reference(known.id())
            .ifPresent(found -> opened.watch().setReference(version.id(), found));
      }
      if (out == null) {
        AtomicFiles.delete(folder);
      }
      return version;
    }
  }

  /** Where the detector is now, for a sentence. */
  String place(Path folder, @Nullable ModuleVersion version) {
    return RegisterOptions.place(out, folder, version);
  }
}
