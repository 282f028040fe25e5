package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommandContext;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.registry.ModuleSummary;
import io.haori.registry.Registry;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Candidates;
import io.haori.training.condense.MeanModel;
import io.haori.training.task.TuneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Models of other domains that a fit may start from. Closing removes what was written out. */
final class Sisters implements AutoCloseable {
  private static final String ANY = "*";

  @Option(
      names = "--from",
      paramLabel = "DIR|reg:MODULE",
      arity = "1..*",
      description =
          "Models of other domains that know some of the labels: to start from each of them is"
              + " compared, too, and from the mean of them where they have the same labels. A *"
              + " matches any part of a module's name: reg:line-*@live"
              + " (default: none).")
  List<String> from = List.of();

  private final List<CheckedOut> all = new ArrayList<>();
  private final List<MixedModule> opened = new ArrayList<>();
  private final Map<String, List<CheckedOut>> sources = new HashMap<>();
  private @Nullable Path temporary;

  /** Whether there are any. */
  boolean any() {
    return !from.isEmpty();
  }

  /**
   * Finds them.
   *
   * @param address the registry that is meant
   * @param context what the command runs in
   * @throws io.haori.core.check.UserError when a folder or version is missing
   */
  void open(RegistryAddress address, CommandContext context) {
    for (String text : from) {
      if (CheckedOut.isReference(text) && text.contains(ANY)) {
        List<String> found = matching(text.substring(CheckedOut.PREFIX.length()), address, context);
        require(!found.isEmpty(), "--from", "the name of a module in use", text);
        found.forEach(one -> all.add(CheckedOut.of(one, address, context)));
      } else {
        CheckedOut one = CheckedOut.of(text, address, context);
        require(Files.isDirectory(one.folder()), "--from", "a folder of a model", text);
        all.add(one);
      }
    }
  }

  /** References to the modules whose names match; of those with an alias, where that is live. */
  private static List<String> matching(
      String pattern, RegistryAddress address, CommandContext context) {
    int at = pattern.indexOf('@');
    String name = at < 0 ? pattern : pattern.substring(0, at);
    String alias = at < 0 ? "" : pattern.substring(at + 1);
    Pattern wanted =
        Pattern.compile("\\Q" + name.replace(ANY, "\\E.*\\Q") + "\\E", Pattern.CASE_INSENSITIVE);
    try (Registry registry = address.open(context)) {
      return registry.modules().list().stream()
          .filter(module -> wanted.matcher(module.newest().name().text()).matches())
          .filter(module -> alias.isEmpty() || module.live().containsKey(alias))
          .map(ModuleSummary::newest)
          .map(id -> CheckedOut.PREFIX + id.name() + (at < 0 ? "" : "@" + alias))
          .toList();
    }
  }

  /** The ways that start from them: each alone, their mean, their mix. */
  List<Candidate> ways(TextBase base, TuneSettings basis, DomainLabels labels) {
    List<Candidate> ways = new ArrayList<>();
    for (CheckedOut one : all) {
      one.requireBase(base.name(), base.digest());
      List<Candidate> alone = Candidates.from(name(one), one.folder(), base, basis, labels);
      alone.forEach(way -> sources.put(way.name(), List.of(one)));
      ways.addAll(alone);
    }
    if (all.size() > 1) {
      List<Candidate> together = new ArrayList<>(mean(base, basis, labels));
      together.addAll(mix(base, basis));
      together.forEach(way -> sources.put(way.name(), all));
      ways.addAll(together);
    }
    return ways;
  }

  private List<Candidate> mean(TextBase base, TuneSettings basis, DomainLabels labels) {
    List<Path> folders = all.stream().map(CheckedOut::folder).toList();
    if (!MeanModel.exists(folders, base)) {
      return List.of();
    }
    temporary = CheckedOut.temporary();
    Path mean = temporary.resolve("mean");
    MeanModel.write(mean, folders, base);
    return Candidates.from("the mean of " + all.size() + " models", mean, base, basis, labels);
  }

  /** Nothing where a module is not one that can be mixed. */
  private List<Candidate> mix(TextBase base, TuneSettings basis) {
    List<Path> folders = all.stream().map(CheckedOut::folder).toList();
    boolean mixable =
        folders.stream().map(Path::getFileName).distinct().count() == folders.size()
            && folders.stream().allMatch(one -> Files.exists(one.resolve(PeftFolder.CONFIG)));
    if (!mixable) {
      return List.of();
    }
    opened.addAll(MixFolder.open(folders, base.backbone()));
    if (!opened.stream().allMatch(one -> one.module().method().addsToOutput())) {
      return List.of();
    }
    DomixMethod mix = new DomixMethod(DomixConfig.DEFAULT.withStart(BridgeStart.MODULES), opened);
    return List.of(Candidates.mix("the mix of " + all.size() + " models", mix, basis));
  }

  /**
   * Versions of a registry that a way starts from; a mix finds those that it holds by itself.
   *
   * @param way that was chosen
   */
  List<Parent> parents(Candidate way) {
    if (way.settings().method() instanceof DomixMethod) {
      return List.of();
    }
    List<Parent> parents = new ArrayList<>();
    for (CheckedOut one : sources.getOrDefault(way.name(), List.of())) {
      ModuleVersion version = one.version();
      if (version != null) {
        parents.add(new Parent(version.id(), Relation.STARTED_FROM));
      }
    }
    return parents;
  }

  /** What a way started from: folders by their names, versions by theirs. */
  List<String> names(Candidate way) {
    return sources.getOrDefault(way.name(), List.of()).stream().map(Sisters::name).toList();
  }

  private static String name(CheckedOut one) {
    ModuleVersion version = one.version();
    return version == null
        ? String.valueOf(one.folder().toAbsolutePath().normalize().getFileName())
        : version.id().toString();
  }

  @Override
  public void close() {
    opened.forEach(one -> one.module().close());
    all.forEach(CheckedOut::close);
    if (temporary != null) {
      AtomicFiles.delete(temporary);
    }
  }
}
