package io.haori.server.page.screen;

import io.haori.registry.name.VersionId;
import io.haori.server.job.Job;
import io.haori.server.job.JobProgress;
import io.haori.server.job.Jobs;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A job as screens show it.
 *
 * @param id of it
 * @param kind of job
 * @param analysis which one; empty for other kinds
 * @param route how modules share the work; empty where nothing was chosen and for other kinds
 * @param name of the module or report
 * @param data versions that it reads
 * @param account who started it
 * @param created when
 * @param state in its life
 * @param sentence why it failed; empty where it did not
 * @param module that came of it, or empty
 * @param version of that module, or 0
 * @param percent how far it is
 * @param detail of its progress
 * @param left time that is left, or empty
 * @param before jobs that come first
 */
public record RunRow(
    String id,
    String kind,
    String analysis,
    String route,
    String name,
    List<String> data,
    String account,
    Words.Moment created,
    String state,
    String sentence,
    String module,
    int version,
    int percent,
    String detail,
    String left,
    int before) {
  static RunRow of(Jobs jobs, Job job) {
    JobProgress progress = jobs.progress(job.id()).orElse(null);
    VersionId version = job.version();
    boolean done = job.state().word().equals("done");
    return new RunRow(
        job.id(),
        job.request().kind().word(),
        job.request().analysis(),
        job.request().route(),
        job.request().name().text(),
        job.request().data().stream().map(VersionId::toString).toList(),
        job.account(),
        Words.moment(job.created()),
        job.state().word(),
        job.sentence(),
        version == null ? "" : version.name().text(),
        version == null ? 0 : version.number(),
        done ? 100 : progress == null ? 0 : (int) (100 * progress.done() / progress.total()),
        progress == null ? "" : progress.task() + ": " + progress.detail(),
        progress == null || progress.secondsLeft() == null
            ? ""
            : time(Objects.requireNonNull(progress.secondsLeft())),
        job.state().isOver() ? 0 : jobs.before(job));
  }

  private static String time(long seconds) {
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }
}
