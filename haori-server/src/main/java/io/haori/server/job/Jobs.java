package io.haori.server.job;

import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.server.child.ChildCommands;
import io.haori.server.child.ChildProcess;
import io.haori.server.data.DataSets;
import io.haori.server.problem.Refused;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a server, of which one runs at a time. What is known of them is on the disk before
 * anything is done, so that a server that ended in any way continues where it was. For any number
 * of threads.
 */
public final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final int MOST_WAITING = 100;

  /** A process saves what it has within this time, and is ended by force after it. */
  private static final Duration PATIENCE = Duration.ofSeconds(130);

  private final Path folder;
  private final JobRun run;
  private final InstantSource clock;
  private final Map<String, Job> all = new HashMap<>();
  private final Map<String, JobProgress> progress = new HashMap<>();
  private final Thread worker;

  /** Counts changes, so that who watches sees whether there is anything new. */
  private long changes;

  private @Nullable String running;
  private @Nullable ChildProcess process;
  private @Nullable String cancelled;
  private boolean closed;

  /** Shows requests what a job registered; set before the worker starts. */
  private Runnable show = () -> {};

  /**
   * Takes up the jobs of a folder.
   *
   * @param work says where it is
   * @param commands starts processes
   * @param data that jobs read
   * @param registry that their results come into; stays open
   * @param clock says when things happened
   */
  public Jobs(
      WorkSettings work,
      ChildCommands commands,
      DataSets data,
      Registry registry,
      InstantSource clock) {
    this.clock = clock;
    folder = work.folder().resolve("jobs");
    run = new JobRun(commands, data, registry, work.folder());
    readAll();
    worker = new Thread(this::work, "haori-jobs");
    worker.setDaemon(true);
  }

  /**
   * Begins to work.
   *
   * @param show is run after a job has registered something and before anybody hears that it is
   *     done, so that who hears of a version can ask it
   */
  public void start(Runnable show) {
    this.show = show;
    worker.start();
  }

  private void readAll() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path one : folders.filter(Files::isDirectory).toList()) {
        try {
          Job job = new JobFolder(one).read();
          all.put(job.id(), job);
        } catch (IOException | RuntimeException e) {
          // One that is damaged keeps nobody from the others.
          LOG.warn("{} cannot be read: {}", one, e.getMessage());
        }
      }
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
  }

  /** The files of a job. */
  public JobFolder folder(Job job) {
    return new JobFolder(folder.resolve(job.id()));
  }

  /**
   * Queues a job.
   *
   * @param request what is wanted; who wants it may do so
   * @param account of who wants it
   * @throws Refused when too many wait
   * @throws UserError when its data and modules do not belong together
   */
  public Job submit(JobRequest request, String account) {
    run.check(request, account);
    return queue(request, account);
  }

  private synchronized Job queue(JobRequest request, String account) {
    run.requireData(request);
    long waiting = all.values().stream().filter(one -> !one.state().isOver()).count();
    if (waiting >= MOST_WAITING) {
      throw Refused.busy("At most " + MOST_WAITING + " jobs may wait", 60);
    }
    String id = UUID.randomUUID().toString().substring(0, 13);
    Job job = Job.fresh(id, request, account, clock.instant());
    store(job);
    LOG.info("Job {} ({} {}) of {} waits", id, request.kind().word(), request.name(), account);
    return job;
  }

  /** On the disk first: what is in memory alone is lost with the process. */
  private synchronized void store(Job job) {
    folder(job).write(job);
    remember(job);
  }

  private synchronized void remember(Job job) {
    all.put(job.id(), job);
    changes++;
    notifyAll();
  }

  /** All jobs, the newest first. */
  public synchronized List<Job> all() {
    return all.values().stream()
        .sorted(Comparator.comparing(Job::created).thenComparing(Job::id).reversed())
        .toList();
  }

  /**
   * A job.
   *
   * @param id its name
   * @throws Refused when there is none
   */
  public synchronized Job get(String id) {
    Job job = all.get(id);
    if (job == null) {
      throw Refused.absent("No job named " + id + " on this server");
    }
    return job;
  }

  /** The job that a version came of. */
  public synchronized Optional<Job> of(VersionId version) {
    return all.values().stream().filter(one -> version.equals(one.version())).findFirst();
  }

  /** How far a job is; nothing while it waits, or before its process says it. */
  public synchronized Optional<JobProgress> progress(String id) {
    return Optional.ofNullable(progress.get(id));
  }

  /** How many jobs run before one that waits. */
  public synchronized int before(Job job) {
    return (int)
        all.values().stream()
            .filter(one -> !one.state().isOver())
            .filter(one -> ORDER.compare(one, job) < 0)
            .count();
  }

  /** Those that run already first, then in the order in which they came. */
  private static final Comparator<Job> ORDER =
      Comparator.<Job, Boolean>comparing(one -> one.state() != JobState.RUNNING)
          .thenComparing(Job::changed)
          .thenComparing(Job::id);

  /**
   * What is new of a job, for who watches it.
   *
   * @param seen number of changes that were seen; negative for none
   * @param patience how long to wait for another one
   * @return the number of changes, the same when nothing happened or all ends
   */
  public synchronized long await(long seen, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (changes == seen && !closed) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return changes;
  }

  /** Whether the server stops. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Stops a job. What it has is kept.
   *
   * @param id its name
   * @throws Refused when it is over
   */
  public void cancel(String id) {
    ChildProcess stopped;
    synchronized (this) {
      Job job = get(id);
      if (job.state().isOver()) {
        throw Refused.conflict("Job " + id + " is over: it is " + job.state().word());
      }
      if (!id.equals(running)) {
        store(job.in(JobState.CANCELLED, clock.instant(), ""));
        return;
      }
      cancelled = id;
      stopped = process;
    }
    if (stopped != null) {
      stopped.stop();
    }
  }

  /**
   * Does something to data while no job can begin with them.
   *
   * @param data that no job may use
   * @param work what is done
   * @throws Refused when a job that is not over reads them
   */
  synchronized void ifUnused(List<VersionId> data, Runnable work) {
    for (Job job : all.values()) {
      for (VersionId id : job.request().data()) {
        if (!job.state().isOver() && data.contains(id)) {
          throw Refused.conflict(
              "Data " + id + " are read by job " + job.id() + ", which is " + job.state().word());
        }
      }
    }
    work.run();
  }

  /**
   * Deletes a job that is over.
   *
   * @param id its name
   * @param before is done first; where it fails, nothing is deleted
   * @throws Refused when it is not over
   */
  synchronized void delete(String id, Runnable before) {
    Job job = get(id);
    if (!job.state().isOver()) {
      throw Refused.conflict(
          "Job " + id + " must be over to be deleted, it is " + job.state().word());
    }
    before.run();
    folder(job).delete();
    all.remove(id);
    progress.remove(id);
    changes++;
    notifyAll();
  }

  /** The last evaluation of a version that is done. */
  public synchronized Optional<Job> evaluationOf(VersionId version) {
    return all.values().stream()
        .filter(one -> one.request().kind() == JobKind.EVALUATE)
        .filter(one -> one.state() == JobState.DONE && one.request().modules().contains(version))
        .max(Comparator.comparing(Job::changed));
  }

  /**
   * Queues a job again that failed or was stopped; it continues where it was.
   *
   * @param id its name
   * @throws Refused when it is not over, or done
   */
  public synchronized void resume(String id) {
    Job job = get(id);
    if (job.state() != JobState.FAILED && job.state() != JobState.CANCELLED) {
      throw Refused.conflict(
          "Job "
              + id
              + " must be failed or cancelled to be continued, it is "
              + job.state().word());
    }
    run.requireData(job.request());
    store(job.in(JobState.QUEUED, clock.instant(), ""));
  }

  private void work() {
    try {
      for (Job job = next(); job != null; job = next()) {
        runOne(job);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Job next() throws InterruptedException {
    while (!closed) {
      Optional<Job> first = all.values().stream().filter(one -> !one.state().isOver()).min(ORDER);
      if (first.isPresent()) {
        running = first.get().id();
        cancelled = null;
        return first.get();
      }
      wait();
    }
    return null;
  }

  private void runOne(Job job) throws InterruptedException {
    Job.ProcessMark mark = job.process();
    if (mark != null) {
      ChildProcess.endOrphan(mark.pid(), mark.started(), PATIENCE);
    }
    JobFolder files = folder(job);
    Job begun =
        job.state() == JobState.RUNNING ? job : job.in(JobState.RUNNING, clock.instant(), "");
    try {
      store(begun);
      JobRun.Outcome outcome =
          run.run(begun, files, this::started, one -> progressed(begun.id(), one));
      end(begun, outcome);
    } catch (UserError | Refused e) {
      end(begun, JobRun.Outcome.failed(Objects.requireNonNullElse(e.getMessage(), "")));
    } catch (RuntimeException e) {
      LOG.error("Job {} failed", begun.id(), e);
      end(begun, JobRun.Outcome.failed("The server failed; its log says more"));
    } finally {
      synchronized (this) {
        running = null;
        process = null;
      }
    }
  }

  /** A process works on a job from now on. */
  private void started(Job job, ChildProcess child) {
    boolean unwanted;
    synchronized (this) {
      process = child;
      unwanted = closed || job.id().equals(cancelled);
      store(job.running(new Job.ProcessMark(child.pid(), child.started())));
    }
    if (unwanted) {
      child.stop();
    }
  }

  private synchronized void progressed(String id, JobProgress now) {
    progress.put(id, now);
    changes++;
    notifyAll();
  }

  private void end(Job begun, JobRun.Outcome outcome) {
    boolean stopped;
    synchronized (this) {
      stopped = begun.id().equals(cancelled);
      if (closed && !stopped && outcome.version() == null && !outcome.isDone()) {
        // The server stops; the next one continues. As it is on the disk.
        return;
      }
    }
    Job now = get(begun.id());
    JobState state =
        outcome.isDone() ? JobState.DONE : stopped ? JobState.CANCELLED : JobState.FAILED;
    Job ended = now.in(state, clock.instant(), state == JobState.FAILED ? outcome.sentence() : "");
    VersionId version = outcome.version();
    if (version != null) {
      ended = ended.with(version);
    }
    LOG.info("Job {} is {}", ended.id(), state.word());
    if (outcome.isDone()) {
      showRegistered();
    }
    try {
      store(ended);
    } catch (UserError e) {
      // A full disk: what is in memory is right, what is on the disk begins it again.
      LOG.warn("Job {}: {}", ended.id(), e.getMessage());
      remember(ended);
    }
  }

  private void showRegistered() {
    try {
      show.run();
    } catch (RuntimeException e) {
      // The job is done all the same; what it made is seen when the registry can be read again.
      LOG.warn("The registry cannot be read after a job: {}", e.getMessage());
    }
  }

  /** Asks the job under way to save what it has, and lets those go who watch; does not wait. */
  public void stop() {
    ChildProcess stopped;
    synchronized (this) {
      closed = true;
      stopped = process;
      notifyAll();
    }
    if (stopped != null) {
      stopped.stop();
    }
  }

  /** Lets the job under way save what it has, which a later server continues. */
  @Override
  public void close() {
    stop();
    try {
      worker.join(PATIENCE.toMillis());
      ChildProcess left;
      synchronized (this) {
        left = process;
      }
      if (worker.isAlive() && left != null) {
        left.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
