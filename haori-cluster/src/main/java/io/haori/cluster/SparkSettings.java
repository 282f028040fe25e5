package io.haori.cluster;

import java.io.File;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkConf;

/**
 * What Spark is asked for.
 *
 * @param address of the master
 * @param local whether runs are threads of this process
 * @param threads of a run, which are cores to Spark
 */
record SparkSettings(String address, boolean local, int threads) {
  /** A system property: whether Haori is at the same place on all machines. */
  private static final String INSTALLED = "haori.installed";

  private static final String JARS = "spark.jars";
  private static final String JAVA_OPTIONS = "spark.executor.extraJavaOptions";

  /** How libtorch's memory and threads behave, as for the launcher of the command line. */
  private static final List<List<String>> ENVIRONMENT =
      List.of(
          List.of("MALLOC_MMAP_THRESHOLD_", "2147483648"),
          List.of("MALLOC_TRIM_THRESHOLD_", "8589934592"),
          List.of("KMP_BLOCKTIME", "0"),
          List.of("GOMP_SPINCOUNT", "1000"));

  SparkConf conf() {
    SparkConf conf = new SparkConf().setMaster(address).setIfMissing("spark.app.name", "haori");
    conf.set("spark.task.cpus", String.valueOf(threads));
    conf.set("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.ui.enabled", "false");
    // Progress comes with heartbeats.
    conf.setIfMissing("spark.executor.heartbeatInterval", "2s");
    // Members of a fit begin at once: a minute for executors to start, not ten.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "2s");
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "30");
    if (local) {
      return conf;
    }
    conf.setIfMissing("spark.executor.memory", "2g");
    conf.setIfMissing("spark.executor.userClassPathFirst", "true");
    conf.set(JARS, String.join(",", jars(conf.get(JARS, ""))));
    String options = "-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED";
    conf.set(JAVA_OPTIONS, (conf.get(JAVA_OPTIONS, "") + " " + options).strip());
    ENVIRONMENT.forEach(one -> conf.setIfMissing("spark.executorEnv." + one.get(0), one.get(1)));
    return conf;
  }

  /** Those that are named already, and Haori's. */
  private static Set<String> jars(String named) {
    // What is at the same place on all machines is not sent to them.
    String scheme = Boolean.getBoolean(INSTALLED) ? "local:" : "";
    Set<String> jars = new LinkedHashSet<>();
    Arrays.stream(named.split(",")).filter(one -> !one.isEmpty()).forEach(jars::add);
    Arrays.stream(System.getProperty(HaoriJars.PROPERTY, "").split(File.pathSeparator))
        .filter(one -> !one.isEmpty())
        .map(one -> scheme + one)
        .forEach(jars::add);
    return jars;
  }
}
