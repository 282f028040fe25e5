package io.haori.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The process of a job in which the real program runs for some commands. For the others it asks the
 * process of the test, which runs the same program with the same arguments and environment: its
 * classes and libraries are loaded already.
 */
public final class JobDoor implements AutoCloseable {
  private final ServerSocket socket;
  private final Thread thread = new Thread(this::answerAll, "job-door");

  /** Answers from now on. */
  JobDoor() throws IOException {
    socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    thread.start();
  }

  /**
   * Its process's main class and first arguments.
   *
   * @param real the command that is run by the process itself
   */
  List<String> arguments(String real) {
    return List.of(JobDoor.class.getName(), String.valueOf(socket.getLocalPort()), real);
  }

  private void answerAll() {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        DataInputStream in = new DataInputStream(one.getInputStream());
        Map<String, String> environment = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
          environment.put(text(in), text(in));
        }
        String[] arguments = new String[in.readInt()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = text(in);
        }
        Cli run = Cli.runWith(environment, arguments);
        DataOutputStream out = new DataOutputStream(one.getOutputStream());
        text(out, run.err());
        text(out, run.out());
        out.writeInt(run.code());
        out.flush();
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The process. */
  public static void main(String... arguments) throws IOException {
    String[] command = Arrays.copyOfRange(arguments, 2, arguments.length);
    if (command[0].equals(arguments[1])) {
      Main.main(command);
      return;
    }
    InetAddress here = InetAddress.getLoopbackAddress();
    try (Socket socket = new Socket(here, Integer.parseInt(arguments[0]))) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(System.getenv().size());
      for (Map.Entry<String, String> one : System.getenv().entrySet()) {
        text(out, one.getKey());
        text(out, one.getValue());
      }
      out.writeInt(command.length);
      for (String one : command) {
        text(out, one);
      }
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      System.err.print(text(in));
      System.out.print(text(in));
      System.exit(in.readInt());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
