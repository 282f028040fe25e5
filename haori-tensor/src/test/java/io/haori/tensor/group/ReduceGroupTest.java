package io.haori.tensor.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.group.GlooGroup.Rendezvous;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of a group add up their numbers, whether they are threads or processes. */
final class ReduceGroupTest {
  private static final String HOST = "127.0.0.1";
  private static final int SIZE = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Ways to join a group. */
  enum Kind {
    THREADS,
    GLOO
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** What each member makes of its group, by rank. */
  private <T> List<T> all(Kind kind, Duration patience, Function<ReduceGroup, T> work)
      throws InterruptedException, ExecutionException {
    List<ReduceGroup> here = ThreadGroups.of(SIZE, patience);
    Rendezvous first = kind == Kind.GLOO ? Rendezvous.open(HOST, PATIENCE) : null;
    List<Future<T>> done = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      int rank = i;
      done.add(
          threads.submit(
              () -> {
                try (ReduceGroup group =
                    first == null ? here.get(rank) : joined(first, rank, patience)) {
                  return work.apply(group);
                }
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> one : done) {
      results.add(one.get());
    }
    return results;
  }

  private static ReduceGroup joined(Rendezvous first, int rank, Duration patience) {
    Rendezvous place = rank == 0 ? first : Rendezvous.at(HOST, first.port(), PATIENCE);
    return GlooGroup.join(place, rank, SIZE, HOST, patience);
  }

  @ParameterizedTest
  @EnumSource
  void everyMemberGetsTheSameSum(Kind kind) throws Exception {
    List<float[]> sums =
        all(
            kind,
            PATIENCE,
            group -> {
              try (Scope scope = Scope.open()) {
                float[] mine = new float[1000];
                for (int i = 0; i < mine.length; i++) {
                  mine[i] = (float) Math.sin(i + 1000.0 * group.rank());
                }
                Tensor numbers = Tensors.of(mine, mine.length);
                group.sum(numbers);
                return numbers.toFloats();
              }
            });

    for (float[] sum : sums) {
      assertThat(sum).isEqualTo(sums.get(0));
      for (int i = 0; i < sum.length; i++) {
        double wanted = Math.sin(i) + Math.sin(i + 1000.0) + Math.sin(i + 2000.0);
        assertThat(sum[i]).isCloseTo((float) wanted, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void numbersOfTheFirstAreCopiedToAll(Kind kind) throws Exception {
    List<List<Double>> copies =
        all(
            kind,
            PATIENCE,
            group -> {
              double[] scores = {group.rank() + 0.1, 7 * group.rank()};
              group.copyFirst(scores);
              try (Scope scope = Scope.open()) {
                Tensor numbers = Tensors.of(new float[] {group.rank() - 2f}, 1);
                group.copyFirst(numbers);
                return List.of(scores[0], scores[1], (double) numbers.toFloats()[0]);
              }
            });

    assertThat(copies).allSatisfy(one -> assertThat(one).containsExactly(0.1, 0.0, -2.0));
  }

  @ParameterizedTest
  @EnumSource
  void aMemberThatDoesNotComeIsOneSentenceForTheOthers(Kind kind) throws Exception {
    List<String> sentences =
        all(
            kind,
            Duration.ofMillis(700),
            group -> {
              double[] numbers = {1};
              group.sum(numbers);
              if (group.rank() == 2) {
                pause();
                return "";
              }
              try {
                group.sum(numbers);
                return "no error";
              } catch (UserError | LostMemberException e) {
                return String.valueOf(e.getMessage());
              }
            });

    // Whose time runs out first, ends the wait of all.
    String waited = " of 3 waited 0.7 s for the others, of whom one is too slow or lost";
    assertThat(sentences.subList(0, 2))
        .anyMatch(sentence -> sentence.endsWith(waited))
        .allMatch(
            sentence ->
                sentence.endsWith(waited) || sentence.endsWith(" of 3 has lost another one"));
  }

  @ParameterizedTest
  @EnumSource
  void aMemberThatLeavesEndsTheWaitOfTheOthersAtOnce(Kind kind) throws Exception {
    List<String> sentences =
        all(
            kind,
            PATIENCE,
            group -> {
              double[] numbers = {1};
              group.sum(numbers);
              if (group.rank() == 2) {
                return "";
              }
              try {
                group.sum(numbers);
                return "no error";
              } catch (LostMemberException e) {
                return String.valueOf(e.getMessage());
              }
            });

    assertThat(sentences)
        .containsExactly(
            "Member 0 of 3 has lost another one", "Member 1 of 3 has lost another one", "");
  }

  private static void pause() {
    try {
      Thread.sleep(2500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPlaceWhereNobodyIsIsOneSentence() {
    Rendezvous gone = Rendezvous.open(HOST, PATIENCE);
    int port = gone.port();
    gone.close();

    assertThatThrownBy(() -> Rendezvous.at(HOST, port, Duration.ofMillis(500)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Member 0 cannot be reached at 127.0.0.1:" + port + " (");
  }
}
