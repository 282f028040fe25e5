package io.haori.server.job;

import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderLock;
import io.haori.registry.Registry;
import io.haori.server.child.ChildCommands;
import io.haori.server.data.DataCheck;
import io.haori.server.data.DataSets;
import io.haori.server.data.LabelQueue;
import io.haori.server.problem.Refused;
import io.haori.server.round.Rounds;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a server keeps data and jobs. One server has it at a time; another one that
 * names the same folder answers requests, but takes no data and runs no jobs.
 */
public final class WorkFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

  private final String closedBecause;
  private final @Nullable FolderLock lock;
  private final @Nullable Path folder;
  private final @Nullable DataSets data;
  private final @Nullable LabelQueue labels;
  private final @Nullable Jobs jobs;
  private final @Nullable Deletions deletions;
  private final @Nullable Rounds rounds;

  private WorkFolder(String closedBecause) {
    this.closedBecause = closedBecause;
    lock = null;
    folder = null;
    data = null;
    labels = null;
    jobs = null;
    deletions = null;
    rounds = null;
  }

  private WorkFolder(
      FolderLock lock, WorkSettings settings, Registry registry, InstantSource clock) {
    this.lock = lock;
    folder = settings.folder();
    closedBecause = "";
    ChildCommands commands = new ChildCommands(settings);
    DataCheck check = new DataCheck(commands);
    data = new DataSets(settings, check, clock);
    labels = new LabelQueue(settings, data, check);
    jobs = new Jobs(settings, commands, data, registry, clock);
    deletions = new Deletions(data, jobs, registry);
    rounds = new Rounds(settings, registry, clock);
  }

  /**
   * Opens the folder, which is made where it is missing.
   *
   * @param settings say where it is; null for a server that answers only
   * @param registry that results come into; stays open
   * @param clock says when things happened
   * @throws io.haori.core.check.UserError when it cannot be written
   */
  public static WorkFolder open(
      @Nullable WorkSettings settings, Registry registry, InstantSource clock) {
    if (settings == null) {
      return new WorkFolder(
          "This server takes no data and runs no jobs: it was started without a folder for them"
              + " (the setting work)");
    }
    try {
      Files.createDirectories(settings.folder());
      Optional<FolderLock> lock = FolderLock.tryTake(settings.folder());
      if (lock.isEmpty()) {
        String sentence =
            "This server takes no data and runs no jobs: another server uses the folder "
                + settings.folder()
                + "; each needs one of its own (the setting work)";
        LOG.warn("{}", sentence);
        return new WorkFolder(sentence);
      }
      return new WorkFolder(lock.get(), settings, registry, clock);
    } catch (IOException e) {
      throw FileFailures.unwritable(settings.folder(), e);
    }
  }

  /**
   * Begins with the jobs that wait.
   *
   * @param show is run after a job has registered something and before it is said to be done
   */
  public void start(Runnable show) {
    if (jobs != null) {
      jobs.start(show);
    }
  }

  /** Why data and jobs are not to be had; empty where they are. */
  public String closedBecause() {
    return closedBecause;
  }

  /**
   * The data.
   *
   * @throws Refused when there is no folder for them
   */
  public DataSets data() {
    requireOpen();
    return Objects.requireNonNull(data);
  }

  /**
   * Asks for labels.
   *
   * @throws Refused when there is no folder for them
   */
  public LabelQueue labels() {
    requireOpen();
    return Objects.requireNonNull(labels);
  }

  /**
   * The jobs.
   *
   * @throws Refused when there is no folder for them
   */
  public Jobs jobs() {
    requireOpen();
    return Objects.requireNonNull(jobs);
  }

  /**
   * Deletes data and jobs.
   *
   * @throws Refused when there is no folder for them
   */
  public Deletions deletions() {
    requireOpen();
    return Objects.requireNonNull(deletions);
  }

  /**
   * Rounds of sites that learn together.
   *
   * @throws Refused when there is no folder for them
   */
  public Rounds rounds() {
    requireOpen();
    return Objects.requireNonNull(rounds);
  }

  /** Where a part of the server keeps what is its own; nothing where there is no folder. */
  public Optional<Path> folderOf(String part) {
    return Optional.ofNullable(folder).map(all -> all.resolve(part));
  }

  private void requireOpen() {
    if (!closedBecause.isEmpty()) {
      throw Refused.unavailable(closedBecause, 0);
    }
  }

  /** Asks the job under way to save what it has, and lets those go who watch. */
  public void stop() {
    if (jobs != null) {
      jobs.stop();
    }
  }

  /** Waits until the job under way has saved what it has. */
  @Override
  public void close() {
    if (jobs != null) {
      jobs.close();
    }
    if (lock != null) {
      lock.close();
    }
  }
}
