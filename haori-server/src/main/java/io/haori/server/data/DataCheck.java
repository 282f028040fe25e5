package io.haori.server.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.server.child.ChildCommands;
import io.haori.server.child.ChildProcess;
import io.haori.server.child.FieldNames;
import io.haori.server.problem.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Has a file read by a process of its own, so that one which is made to harm its reader, or is just
 * too large, harms no request.
 */
public final class DataCheck {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int AT_ONCE = 2;

  /** What {@code data check} says of pictures alone: the size of the smallest. */
  private static final String OF_PICTURES = "smallest";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ChildCommands commands;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /** By processes. */
  public DataCheck(ChildCommands commands) {
    this.commands = commands;
  }

  /**
   * What is in a file, and what is doubtful about it.
   *
   * @param file of data
   * @param reading how it is read
   * @param base whose tokens are counted
   * @param shown how sentences call the file
   * @return as {@code data check --json} prints it
   * @throws UserError when it cannot be read so
   * @throws Refused when other files are read already, or it takes too long
   */
  public JsonNode check(Path file, Reading reading, String base, String shown) {
    List<String> arguments = new ArrayList<>(List.of("data", "check", file.toString()));
    if (reading.textsOnly()) {
      arguments.add("--corpus");
    }
    arguments.addAll(List.of("--base", base));
    arguments.addAll(reading.textsOnly() ? reading.arguments() : reading.argumentsWithLabels(file));
    JsonNode found = run(arguments, file, shown);
    // Rows that name pictures would have them read from the server's own folders.
    if (!Files.isDirectory(file) && found.at("/splits/0").has(OF_PICTURES)) {
      throw new UserError(
          "file must hold texts, or be a ZIP file of pictures, got rows that name pictures");
    }
    return found;
  }

  /**
   * Runs a short command about a file.
   *
   * @param arguments without {@code --json}
   * @param file that it reads
   * @param shown how sentences call the file
   * @return what it printed
   */
  public JsonNode run(List<String> arguments, Path file, String shown) {
    if (!free.tryAcquire()) {
      throw Refused.busy("Other data are read already; try again in some seconds", 5);
    }
    try {
      List<String> words = new ArrayList<>(arguments);
      words.addAll(List.of("--json", "--quiet"));
      List<String> said = new ArrayList<>();
      ChildProcess process =
          commands.start(
              words,
              Map.of(),
              line -> {
                synchronized (said) {
                  said.add(line);
                }
              });
      int code = process.await(PATIENCE);
      if (code == -1) {
        throw Refused.unavailable(
            shown + " was not read within " + PATIENCE.toMinutes() + " minutes", 0);
      }
      if (code != 0) {
        synchronized (said) {
          throw Refused.reported(
              sentence(said)
                  .replace(file.toString(), shown)
                  .replace(Reading.labelFile(file).toString(), "labels"));
        }
      }
      return MAPPER.readTree(process.out());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refused.unavailable("The server stops", 0);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } finally {
      free.release();
    }
  }

  /** The last line that says what is wrong. */
  private static String sentence(List<String> said) {
    for (int i = said.size() - 1; i >= 0; i--) {
      String line = said.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("See haori ") && !line.startsWith("Warning: ")) {
        return FieldNames.inPlaceOfFlags(line);
      }
    }
    return "The file cannot be read";
  }
}
