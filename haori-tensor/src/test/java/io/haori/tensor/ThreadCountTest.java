package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThreadCountTest {
  private static final int CORES = 6;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MKL_NUM_THREADS | OMP_NUM_THREADS | threads
                          |                 | 6
          2               |                 | 2
                          | 3               | 3
          2               | 3               | 2
                          | 4,2             | 4
                          | ' 5 '           | 5
          12              |                 | 12
          0               |                 | 6
          -1              | 3               | 3
          many            |                 | 6
          ''              | ''              | 6
          99999999999     |                 | 6
          """,
      useHeadersInDisplayName = true)
  void variablesOfTheUserComeBeforeTheCores(String mkl, String omp, int threads) {
    Map<String, String> environment = new HashMap<>();
    if (mkl != null) {
      environment.put("MKL_NUM_THREADS", mkl);
    }
    if (omp != null) {
      environment.put("OMP_NUM_THREADS", omp);
    }

    assertThat(ThreadCount.of(environment, CORES)).isEqualTo(threads);
  }

  @Test
  void aProcessTakesEveryCoreThatItMayUse() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(inAProcess(Map.of())).isEqualTo(cores + " " + cores);
    assertThat(inAProcess(Map.of(), "-XX:ActiveProcessorCount=3")).isEqualTo("3 3");
  }

  @Test
  void aProcessTakesWhatTheVariablesSay() throws Exception {
    assertThat(inAProcess(Map.of("OMP_NUM_THREADS", "5"))).isEqualTo("5 5");
  }

  @Test
  void theChoiceHoldsOnThreadsThatBeganBeforeAndAfterIt() throws Exception {
    int before = Engine.threads();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Engine.setThreads(3);
      assertThat(other.submit(ThreadCountTest::threadsInAScope).get()).isEqualTo(3);
      Engine.setThreads(2);
      assertThat(other.submit(ThreadCountTest::threadsInAScope).get()).isEqualTo(2);
      assertThat(threadsInAScope()).isEqualTo(2);
    } finally {
      other.shutdownNow();
      Engine.setThreads(before);
    }
  }

  private static int threadsInAScope() {
    try (Scope scope = Scope.open()) {
      return torch.get_num_threads();
    }
  }

  /** Prints what the engine chose, and what libtorch has of it. */
  public static void main(String[] arguments) {
    System.out.println(Engine.threads() + " " + torch.get_num_threads());
  }

  private static String inAProcess(Map<String, String> variables, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ThreadCountTest.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS"));
    builder.environment().putAll(variables);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out.strip();
  }
}
