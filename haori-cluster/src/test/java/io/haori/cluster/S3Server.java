package io.haori.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server that speaks S3 on the loopback, as a process; its objects are files. */
final class S3Server implements AutoCloseable {
  /** What the owner of the key knows. */
  static final String SECRET = "known-to-tests";

  private static final String KEY = "haori";

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param folder gets its files
   * @param bucket the one that it has
   */
  static S3Server start(Path folder, String bucket) throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path objects = folder.resolve("objects");
    Files.createDirectories(objects.resolve(bucket));
    Path settings =
        Files.write(
            folder.resolve("s3.properties"),
            List.of(
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + KEY,
                "s3proxy.credential=" + SECRET,
                "jclouds.provider=filesystem-nio2",
                "jclouds.identity=none",
                "jclouds.credential=none",
                "jclouds.filesystem.basedir=" + objects));
    Path log = folder.resolve("s3.log");
    List<String> all = Program.java("-Xmx256m");
    all.addAll(
        List.of(
            "-cp",
            SparkJars.path(SparkJars.file("s3-server/target/class-path")),
            "org.gaul.s3proxy.Main",
            "--properties",
            settings.toString()));
    Process process =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    for (int tenths = 0; tenths < 600 && process.isAlive(); tenths++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return new S3Server(process, port);
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    process.destroyForcibly();
    throw new AssertionError("no S3: " + Files.readString(log));
  }

  /** What a JVM with Spark needs to reach it. */
  List<String> options(String secret) {
    return List.of(
        "-Dspark.hadoop.fs.s3a.endpoint=http://127.0.0.1:" + port,
        "-Dspark.hadoop.fs.s3a.endpoint.region=us-east-1",
        "-Dspark.hadoop.fs.s3a.path.style.access=true",
        "-Dspark.hadoop.fs.s3a.access.key=" + KEY,
        "-Dspark.hadoop.fs.s3a.secret.key=" + secret,
        "-Dspark.hadoop.fs.s3a.multipart.size=5M");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
