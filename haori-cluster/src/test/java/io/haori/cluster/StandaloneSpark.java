package io.haori.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A standalone cluster of Spark as processes on the loopback: a master and workers of one core. Its
 * {@code SPARK_HOME} is a folder of links to the jars that Maven has fetched.
 */
final class StandaloneSpark implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();
  private int started;

  private StandaloneSpark(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts a master and some workers. */
  static StandaloneSpark start(Path folder, int workers) throws IOException, InterruptedException {
    Path jars = Files.createDirectories(folder.resolve("home/jars"));
    for (String jar : SparkJars.spark()) {
      Path file = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(file.getFileName()), file);
    }
    StandaloneSpark spark = new StandaloneSpark(folder, freePort());
    spark.launch(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        HOST,
        "--port",
        String.valueOf(spark.port),
        "--webui-port",
        "0");
    spark.awaitPort();
    for (int i = 0; i < workers; i++) {
      spark.addWorker();
    }
    return spark;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Starts one more worker. */
  void addWorker() throws IOException {
    String name = "worker" + started++;
    workers.add(
        launch(
            name,
            "org.apache.spark.deploy.worker.Worker",
            "--cores",
            "1",
            "--memory",
            "2g",
            "--host",
            HOST,
            "--webui-port",
            "0",
            "--work-dir",
            folder.resolve(name).toString(),
            address()));
  }

  /**
   * Kills a worker and the executors that it has started, as a power cut does. The workers behind
   * it move up.
   */
  void kill(int worker) throws InterruptedException {
    Process process = workers.remove(worker);
    List<ProcessHandle> executors = process.descendants().toList();
    process.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
    process.waitFor(30, TimeUnit.SECONDS);
  }

  /** How many processes that do runs a worker has. */
  long executors(int worker) {
    return workers.get(worker).descendants().count();
  }

  /**
   * Sends a signal to the processes that do the runs of a worker.
   *
   * @param signal STOP or CONT
   */
  void signal(int worker, String signal) throws IOException, InterruptedException {
    for (ProcessHandle one : workers.get(worker).descendants().toList()) {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(one.pid())).start().waitFor();
    }
  }

  private Process launch(String name, String main, String... arguments) throws IOException {
    List<String> all = Program.java("-Xmx256m");
    all.addAll(List.of("-cp", folder.resolve("home/jars") + "/*", main));
    all.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private void awaitPort() throws IOException, InterruptedException {
    for (int tenths = 0; tenths < 600; tenths++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new AssertionError("no master: " + Files.readString(folder.resolve("master.log")));
  }

  String address() {
    return "spark://" + HOST + ":" + port;
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
