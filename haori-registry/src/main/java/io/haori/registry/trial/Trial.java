package io.haori.registry.trial;

import static io.haori.core.check.Check.require;

import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A candidate beside what is live.
 *
 * @param id number of its log entry
 * @param target task or site at which it is tried
 * @param live the version that was live when it began
 * @param candidate another version of the same module
 * @param kind how it is tried
 * @param share of the requests that it answers, in (0, 1); 1 in the shadow
 * @param rule what follows by itself
 * @param started when
 * @param actor who started it, with whose roles the rule acts
 * @param reason why
 * @param ended when; null while it runs
 * @param result what it ended with, in words; null while it runs
 */
public record Trial(
    long id,
    LiveTarget target,
    VersionId live,
    VersionId candidate,
    TrialKind kind,
    double share,
    TrialRule rule,
    Instant started,
    String actor,
    String reason,
    @Nullable Instant ended,
    @Nullable String result) {
  /** Checks the share. */
  public Trial {
    require(kind == TrialKind.SHADOW || (share > 0 && share < 1), "share", "in (0, 1)", share);
  }

  /** The module. */
  public ModuleName name() {
    return candidate.name();
  }

  /** Whether it runs. */
  public boolean isRunning() {
    return ended == null;
  }
}
