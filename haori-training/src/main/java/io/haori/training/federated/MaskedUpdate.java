package io.haori.training.federated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.LabelSet;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.federated.SecureVector.Factors;
import io.haori.training.federated.secure.MaskedSum;
import io.haori.training.privacy.NoisySteps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A site's numbers with their masks, as the site's message. */
final class MaskedUpdate {
  /** A text of JSON may not be of any length, so numbers come in pieces. */
  private static final int PIECE = 1 << 20;

  private MaskedUpdate() {}

  /**
   * The message of a fitted model.
   *
   * @param place of the round
   * @param bundle with the shares of all sites
   * @param site its name
   * @param key it signs with
   * @param secrets of the site in this round
   * @param model fitted in this round
   * @param rows training rows
   * @param noise of the steps; null without noise
   */
  static SecureMessage of(
      RoundPlace place,
      SecureBundle bundle,
      String site,
      SiteKey key,
      SiteSecrets secrets,
      TextModel model,
      int rows,
      @Nullable NoisySteps noise) {
    LabelSet own = model.heads().labels().heads().get(0).labels();
    for (String label : own.names()) {
      Check.require(
          bundle.labelsOf(site).contains(label),
          "label of the site " + site,
          "one of those it named when it enrolled",
          label);
    }
    long[] numbers = SecureVector.of(model, bundle.labels(), rows, bundle.keys().size());
    long[] masked = MaskedSum.masked(numbers, site, secrets.own(), pairs(bundle, site, secrets));
    return SecureMessage.of(
        Kind.MASKED,
        place,
        site,
        key,
        json -> {
          json.put("shares", bundle.digest(true));
          NoiseJson.put(json, noise);
          ObjectNode factors = json.putObject("factors");
          new TreeMap<>(model.module().layers())
              .forEach(
                  (slot, layer) -> {
                    Factors of = Factors.of(layer);
                    ObjectNode one = factors.putObject(slot);
                    one.put("downName", of.downName()).put("upName", of.upName());
                    put(one.putArray("down"), bytes(of.down()));
                  });
          put(json.putArray("masked"), bytes(masked));
        });
  }

  /** Refuses a site whose shares are not among those of the round. */
  static void requireMember(SecureBundle bundle, Path file, String site) {
    Check.require(
        bundle.shares().containsKey(site),
        file + ": sites with shares",
        "some, the site " + site + " among them",
        bundle.shares().isEmpty() ? "none" : String.join(", ", bundle.shares().keySet()));
  }

  private static Map<String, byte[]> pairs(SecureBundle bundle, String site, SiteSecrets secrets) {
    Map<String, byte[]> pairs = new TreeMap<>();
    for (String other : bundle.shares().keySet()) {
      if (!other.equals(site)) {
        try {
          pairs.put(
              other, secrets.mask().agree(bundle.keysOf(other).text("mask"), SecureRound.MASKS));
        } catch (GeneralSecurityException e) {
          throw SecureRound.wrongKey(other, e);
        }
      }
    }
    return pairs;
  }

  private static byte[] bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  private static byte[] bytes(long[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(numbers.length, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  private static void put(ArrayNode array, byte[] bytes) {
    for (int from = 0; from < bytes.length; from += PIECE) {
      byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE));
      array.add(Base64.getEncoder().encodeToString(piece));
    }
  }

  private static ByteBuffer read(Path file, String name, JsonNode array, long most) {
    long length = 0;
    List<byte[]> pieces = new ArrayList<>();
    try {
      for (JsonNode piece : array) {
        byte[] part = Base64.getDecoder().decode(piece.asText());
        length += part.length;
        Check.require(length <= most, file + ": bytes of " + name, "at most " + most, length);
        pieces.add(part);
      }
    } catch (IllegalArgumentException e) {
      throw Check.in(file, name + " must be Base64");
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    pieces.forEach(bytes::put);
    return bytes.flip();
  }

  /**
   * Refuses masked numbers that cannot be added to those of the other sites: of other layers or
   * ranks, with another A, or of another length. What is behind the masks nobody can see.
   *
   * @param file of the message, for messages
   * @param message of kind {@link Kind#MASKED}
   * @param open round that it must be for
   * @param labels how many the sites of the round have together
   */
  static void require(Path file, SecureMessage message, OpenRound open, int labels) {
    Map<String, Factors> wanted = open.factors();
    JsonNode json = message.json().path("factors");
    Check.require(
        json.size() == wanted.size(),
        file + ": adapted layers",
        wanted.size() + " as in the round",
        json.size());
    wanted.forEach((slot, factors) -> requireFactors(file, json.path(slot), slot, factors, open));
    var unused = numbers(file, message, length(open, labels));
    try {
      NoiseJson.read(message.json());
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireFactors(
      Path file, JsonNode json, String slot, Factors wanted, OpenRound open) {
    String what = "A of " + slot;
    long length = (long) wanted.down().length * Float.BYTES;
    ByteBuffer bytes = read(file, what, json.path("down"), length);
    Check.require(
        bytes.remaining() == length,
        file + ": bytes of " + what,
        length + " as in the round",
        bytes.remaining());
    float[] down = new float[wanted.down().length];
    bytes.asFloatBuffer().get(down);
    try {
      open.requireDown(slot, down);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    Check.require(
        json.path("downName").asText().equals(wanted.downName())
            && json.path("upName").asText().equals(wanted.upName()),
        file + ": names of the factors of " + slot,
        wanted.downName() + " and " + wanted.upName(),
        JsonFile.printable(
            json.path("downName").asText() + " and " + json.path("upName").asText()));
  }

  /** How many numbers each site of a round adds. */
  static long length(OpenRound open, int labels) {
    return SecureVector.length(
        open.base().backbone().slots(), open.factors(), labels, open.width());
  }

  /**
   * The masked numbers of a message.
   *
   * @param file of the message, for messages
   * @param message of kind {@link Kind#MASKED}
   * @param length how many there must be
   */
  static long[] numbers(Path file, SecureMessage message, long length) {
    long wanted = length * Long.BYTES;
    ByteBuffer bytes = read(file, "masked", message.json().path("masked"), wanted);
    Check.require(
        bytes.remaining() == wanted,
        file + ": bytes of masked",
        String.valueOf(wanted),
        bytes.remaining());
    long[] numbers = new long[Math.toIntExact(length)];
    bytes.asLongBuffer().get(numbers);
    return numbers;
  }
}
