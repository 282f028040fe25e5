package io.haori.server.round;

import static io.haori.server.round.NamedPaths.named;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderZip;
import io.haori.core.json.JsonFile;
import io.haori.inference.model.TextBase;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.server.data.ReceivedFile;
import io.haori.server.problem.Refused;
import io.haori.server.settings.WorkSettings;
import io.haori.training.federated.HandedIn;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import io.haori.training.federated.SecureRound;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds of all federations of a server, by name. All that is known is on the disk, so that
 * whoever coordinates may put a round's folder there as well ({@code rounds/NAME/0/round}). What
 * sites hand in is checked when it comes and never changed. For any number of threads.
 */
public final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Path folder;
  private final WorkSettings work;
  private final Registry registry;
  private final InstantSource clock;
  private final IncomingFiles incoming;

  /**
   * Those of a folder.
   *
   * @param work says where it is and how large an upload may be
   * @param registry whose log says what was done; stays open
   * @param clock says when files came
   */
  public Rounds(WorkSettings work, Registry registry, InstantSource clock) {
    this.work = work;
    this.registry = registry;
    this.clock = clock;
    folder = work.folder().resolve("rounds");
    incoming = new IncomingFiles(folder, work);
  }

  /**
   * The newest rounds of all federations, by name. One that is damaged keeps nobody from the
   * others.
   */
  public List<RoundState> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<RoundState> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path one : folders.filter(Files::isDirectory).sorted().toList()) {
        String name = String.valueOf(one.getFileName());
        if (name.startsWith(".")) {
          continue;
        }
        try {
          FederationFolder federation = new FederationFolder(new ModuleName(name), one);
          if (federation.newest() >= 0) {
            all.add(state(federation));
          }
        } catch (UserError e) {
          LOG.warn("{} cannot be read: {}", one, e.getMessage());
        }
      }
      return all;
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
  }

  private FederationFolder of(ModuleName name) {
    return new FederationFolder(name, folder.resolve(name.fileName()));
  }

  private FederationFolder existing(ModuleName name) {
    FederationFolder federation = of(name);
    if (federation.newest() < 0) {
      throw Refused.absent("No rounds named " + name + " on this server");
    }
    return federation;
  }

  /**
   * The newest round.
   *
   * @throws Refused when there is none
   */
  public RoundState find(ModuleName name) {
    return state(existing(name));
  }

  private static RoundState state(FederationFolder federation) {
    int number = federation.newest();
    Path round = federation.round(number);
    return new RoundState(
        federation.name(),
        RoundFolder.read(round),
        RoundFolder.digest(round),
        HandedIn.awaited(round, federation.collected(number)),
        federation.handedIn(number));
  }

  /**
   * The folder of a round, which never changes.
   *
   * @param number of the round; null for the newest
   * @throws Refused when there is none
   */
  public Path folder(ModuleName name, @Nullable Integer number) {
    FederationFolder federation = existing(name);
    Path round = federation.round(number == null ? federation.newest() : number);
    if (!Files.isDirectory(round)) {
      throw Refused.absent("No round " + number + " of " + name + " on this server");
    }
    return round;
  }

  /**
   * What was collected last in the newest round.
   *
   * @throws Refused when nothing was
   */
  public Path collected(ModuleName name) {
    FederationFolder federation = existing(name);
    Path collected = federation.collected(federation.newest());
    if (collected == null) {
      throw Refused.absent(
          "Nothing is collected in round " + federation.newest() + " of " + name + " yet");
    }
    return collected;
  }

  /**
   * Begins with a round that somebody has made.
   *
   * @param name of the federation
   * @param account of who brings it and may do so
   * @param content zip of the round's folder
   * @param bases finds the base with a digest; null where the server has it not
   * @throws UserError when it is no round
   * @throws Refused when there are rounds of that name
   */
  public RoundState begin(
      ModuleName name,
      String account,
      InputStream content,
      Function<String, @Nullable TextBase> bases) {
    return incoming.in(
        temporary -> {
          Path zip = temporary.resolve("zip");
          incoming.receive(content, zip);
          Path round = temporary.resolve("round");
          Files.createDirectory(round);
          try (InputStream in = Files.newInputStream(zip)) {
            FolderZip.read(in, round, "body", work.uploadBytes());
          }
          Round read = named(Map.of(round, "body"), () -> RoundFolder.read(round));
          requireBase(read, bases);
          synchronized (this) {
            FederationFolder federation = of(name);
            if (federation.newest() >= 0) {
              throw Refused.conflict("Rounds named " + name + " are on this server already");
            }
            logged(
                new Step("begin-round", Role.APPROVER, name, account, "round " + read.number()),
                () -> put(round, federation, read.number()));
            return state(federation);
          }
        });
  }

  private static TextBase requireBase(Round round, Function<String, @Nullable TextBase> bases) {
    TextBase base = bases.apply(round.base().digest());
    if (base == null) {
      throw Refused.conflict(
          "base of the round must be one that this server was started with, got "
              + JsonFile.printable(round.base().name())
              + " with the digest "
              + JsonFile.printable(round.base().digest()));
    }
    return base;
  }

  /**
   * Takes what a site hands in for the newest round.
   *
   * @param name of the federation
   * @param account of who brings it and may do so; it alone brings what this site hands in later
   * @param content the file that the site has written
   * @param bases finds the base with a digest; null where the server has it not
   * @throws UserError when it does not fit the round, or was changed
   * @throws Refused when it is the site's second one, or the site belongs to somebody else
   */
  public SiteFile handIn(
      ModuleName name,
      String account,
      InputStream content,
      Function<String, @Nullable TextBase> bases) {
    FederationFolder federation = existing(name);
    return incoming.in(
        temporary -> {
          Path file = temporary.resolve("file");
          ReceivedFile received = incoming.receive(content, file);
          int number = federation.newest();
          Path round = federation.round(number);
          TextBase base = requireBase(RoundFolder.read(round), bases);
          Path collected = federation.collected(number);
          HandedIn handed =
              named(Map.of(file, "file"), () -> HandedIn.read(file, round, collected, base));
          SiteFile one =
              new SiteFile(
                  handed.site(),
                  handed.kind(),
                  account,
                  clock.instant(),
                  received.bytes(),
                  received.digest());
          synchronized (this) {
            if (federation.newest() != number
                || !Objects.equals(federation.collected(number), collected)) {
              throw Refused.conflict("The round has moved on meanwhile; nothing was kept");
            }
            requireFirst(federation, number, one);
            logged(
                new Step(
                    "hand-in",
                    Role.AUTHOR,
                    name,
                    account,
                    one.kind() + " of " + one.site() + " for round " + number),
                () -> keep(file, one, federation.sites(number)));
            return one;
          }
        });
  }

  private static void requireFirst(FederationFolder federation, int number, SiteFile one) {
    for (int round = 0; round <= number; round++) {
      for (SiteFile other : federation.handedIn(round)) {
        if (!other.site().equals(one.site())) {
          continue;
        }
        if (!other.account().equals(one.account())) {
          throw Refused.forbidden(
              "Files of the site "
                  + one.site()
                  + " must come from "
                  + other.account()
                  + ", got "
                  + one.account());
        }
        if (round == number && other.kind().equals(one.kind())) {
          throw Refused.conflict(
              "Files of the site "
                  + one.site()
                  + " with "
                  + one.kind()
                  + " are here already for round "
                  + number);
        }
      }
    }
  }

  /**
   * Collects what was handed in at this step of a secure round.
   *
   * @param name of the federation
   * @param account of who wants it and may do so
   * @param without sites that are left out
   * @throws UserError when there are too few, or the round is no secure one
   */
  public synchronized SecureRound.Collected collect(
      ModuleName name, String account, List<String> without) {
    FederationFolder federation = existing(name);
    GatheredFiles gathered = GatheredFiles.of(federation);
    Path round = federation.round(gathered.number());
    SecureRound secure = named(Map.of(round, "the round"), () -> new SecureRound(round));
    int step = gathered.step();
    Map<Path, String> files = gathered.toCollect(without);
    Path out = federation.collected(gathered.number(), step);
    Map<Path, String> words = new LinkedHashMap<>(files);
    words.put(out, "collected");
    String what = "step " + step + " of round " + gathered.number();
    Path made = folder.resolve(".collected-" + name.fileName());
    words.put(made, "collected");
    try {
      SecureRound.Collected collected =
          named(words, () -> secure.collect(List.copyOf(files.keySet()), null, made));
      logged(new Step("collect-round", Role.APPROVER, name, account, what), () -> move(made, out));
      return collected;
    } finally {
      AtomicFiles.delete(made);
    }
  }

  /**
   * Merges what was handed in into the next round.
   *
   * @param name of the federation
   * @param account of who wants it and may do so
   * @param without sites that are left out
   * @param bases finds the base with a digest; null where the server has it not
   * @throws UserError when the files do not fit together; nothing is changed then
   */
  public synchronized RoundState merge(
      ModuleName name,
      String account,
      List<String> without,
      Function<String, @Nullable TextBase> bases) {
    FederationFolder federation = existing(name);
    GatheredFiles gathered = GatheredFiles.of(federation);
    int number = gathered.number();
    Path round = federation.round(number);
    TextBase base = requireBase(RoundFolder.read(round), bases);
    Map<Path, String> files = gathered.toMerge(without);
    Path made = folder.resolve(".merged-" + name.fileName());
    Map<Path, String> words = new LinkedHashMap<>(files);
    words.put(made, "the next round");
    try {
      named(words, () -> RoundMerge.merge(round, List.copyOf(files.keySet()), base, made));
      logged(
          new Step("merge-round", Role.APPROVER, name, account, "round " + number),
          () -> put(made, federation, number + 1));
    } finally {
      AtomicFiles.delete(made);
    }
    LOG.info("Round {} of {} was merged by {}", number, name, account);
    return state(federation);
  }

  /**
   * Deletes all rounds of a name.
   *
   * @param account of who wants it and may do so
   * @throws Refused when there are none
   */
  public synchronized void delete(ModuleName name, String account) {
    FederationFolder federation = existing(name);
    Path gone = folder.resolve(".deleted-" + UUID.randomUUID());
    logged(
        new Step("delete-rounds", Role.APPROVER, name, account, "all"),
        () -> move(federation.folder(), gone));
    AtomicFiles.delete(gone);
  }

  /** Puts a round's folder in its place. */
  private static void put(Path round, FederationFolder federation, int number) {
    AtomicFiles.writeFolder(
        federation.folder().resolve(String.valueOf(number)),
        target -> Files.move(round, target.resolve("round")));
  }

  private static void keep(Path file, SiteFile one, Path sites) {
    // One without its facts was left by a server that ended in between.
    move(file, one.in(sites));
    AtomicFiles.writeText(one.metaIn(sites), one.toJson());
  }

  private static void move(Path from, Path to) {
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw FileFailures.unwritable(to, e);
    }
  }

  /** What the log says of a step. */
  private record Step(String action, Role role, ModuleName name, String account, String what) {}

  /** Does the last part of a step, which is short, and logs the step. */
  private void logged(Step step, Runnable work) {
    registry
        .as(step.account())
        .modules()
        .logRound(step.action(), step.role(), step.name(), step.what(), work);
  }
}
