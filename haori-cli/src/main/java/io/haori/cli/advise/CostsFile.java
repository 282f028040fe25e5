package io.haori.cli.advise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.haori.analysis.payback.Costs;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.training.data.records.Encodings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of costs, which is YAML. */
final class CostsFile {
  private static final long MOST_BYTES = 1_000_000;

  private CostsFile() {}

  /**
   * Reads one.
   *
   * @throws UserError with the file, and the setting or line that is wrong
   */
  static Costs read(Path file) {
    JsonNode json = parse(file);
    try {
      return Costs.of(json);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(Path file) {
    YAMLMapper mapper =
        YAMLMapper.builder(
                YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .build();
    try {
      if (!Files.isRegularFile(file)) {
        throw Check.in(file, "must be a file of costs, found none");
      }
      Check.require(
          Files.size(file) <= MOST_BYTES,
          "size of " + file,
          "at most " + MOST_BYTES,
          Files.size(file));
      return mapper.readTree(decoded(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw Check.at(file, line, "is no YAML: " + reason);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** UTF-8, else Shift_JIS, as editors in Japan may write it. */
  private static String decoded(byte[] bytes) throws CharacterCodingException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Encodings.parse("encoding", "shift_jis")
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    }
  }
}
