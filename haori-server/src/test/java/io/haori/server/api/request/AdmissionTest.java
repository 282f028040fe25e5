package io.haori.server.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.haori.server.problem.Problem;
import io.haori.server.settings.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What waits is bounded in size and in time. */
final class AdmissionTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private double waiting() {
    return meters.get("haori.waiting.characters").gauge().value();
  }

  @Test
  void whenTooMuchWaitsTheNextRequestIsRefusedWith429() {
    Admission admission = new Admission(Limits.DEFAULT.withWaitingCharacters(10), meters);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> admitted = admission.admitted(100, () -> first);
    Throwable refused = catchThrowable(() -> admission.admitted(1, () -> first));

    assertThat(refused)
        .hasMessage("Too many texts wait: 100 characters of at most 10; try again in a second");
    assertThat(Problem.of(refused).status()).isEqualTo(429);
    assertThat(Problem.of(refused).retrySeconds()).isEqualTo(1);
    first.complete("done");
    assertThat(admitted.join()).isEqualTo("done");
    assertThat(waiting()).isZero();
    assertThat(admission.admitted(1, () -> CompletableFuture.completedFuture("next")).join())
        .isEqualTo("next");
  }

  @Test
  void whatIsNotAnsweredByTheDeadlineIsRefusedWith503() {
    Admission admission = new Admission(Limits.DEFAULT.withDeadline(Duration.ofMillis(1)), meters);
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<String> admitted = admission.admitted(5, () -> never);
    Throwable late = catchThrowable(admitted::join);

    assertThat(Problem.of(late).status()).isEqualTo(503);
    assertThat(Problem.of(late).detail())
        .isEqualTo("The answer did not come within the server's deadline");
    assertThat(waiting()).isZero();
  }

  @Test
  void workThatFailsAtOnceWaitsNoMore() {
    Admission admission = new Admission(Limits.DEFAULT, meters);
    assertThatThrownBy(
            () ->
                admission.admitted(
                    5,
                    () -> {
                      throw new IllegalStateException("at once");
                    }))
        .hasMessage("at once");
    assertThat(waiting()).isZero();
  }
}
