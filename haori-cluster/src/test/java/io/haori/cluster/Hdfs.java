package io.haori.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster of HDFS on the loopback, as a process. */
final class Hdfs implements AutoCloseable {
  private final Process process;
  private final int port;

  private Hdfs(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it with its files in a folder. */
  static Hdfs start(Path folder) throws IOException, InterruptedException {
    Path details = folder.resolve("hdfs.json");
    Path log = folder.resolve("hdfs.log");
    List<String> path = new ArrayList<>(SparkJars.file("stores/target/hdfs"));
    path.addAll(SparkJars.spark());
    List<String> all = Program.java("-Xmx512m");
    all.addAll(
        List.of("-cp", SparkJars.path(path), "org.apache.hadoop.test.MiniDFSClusterManager"));
    all.addAll(List.of("-format", "-datanodes", "1", "-writeDetails", details.toString()));
    all.add("-Dhdfs.minidfs.basedir=" + folder.resolve("hdfs"));
    all.add("-Ddfs.replication=1");
    Process process =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    for (int tenths = 0; tenths < 1200 && process.isAlive(); tenths++) {
      if (Files.exists(details) && Files.size(details) > 0) {
        int port = new ObjectMapper().readTree(details.toFile()).path("namenode_port").asInt();
        return new Hdfs(process, port);
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw new AssertionError("no HDFS: " + Files.readString(log));
  }

  /** As a URI without a path. */
  String address() {
    return "hdfs://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
