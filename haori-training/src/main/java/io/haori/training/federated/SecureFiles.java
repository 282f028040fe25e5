package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import io.haori.training.federated.SecureMessage.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files of a round whose sum hides its parts, in any order.
 *
 * @param bundle what was collected before; null where none is among them
 * @param messages of sites
 * @param files of the messages
 */
record SecureFiles(
    @Nullable SecureBundle bundle, List<SecureMessage> messages, Map<SecureMessage, Path> files) {
  /**
   * Reads them.
   *
   * @param files messages, and at most one bundle
   * @param place of the round that they must be for
   * @throws io.haori.core.check.UserError when one is of something else, or two are bundles
   */
  static SecureFiles read(List<Path> files, RoundPlace place) {
    SecureBundle bundle = null;
    List<SecureMessage> messages = new ArrayList<>();
    Map<SecureMessage, Path> where = new HashMap<>();
    for (Path file : files) {
      JsonNode json = JsonFile.readObject(file, SecureMessage.MOST_BYTES);
      if (SecureBundle.isOne(json)) {
        require(bundle == null, "files of haori federate collect", "one", "two, " + file);
        bundle = SecureBundle.read(file, json, place);
      } else if (SecureMessage.isOne(json)) {
        SecureMessage message = SecureMessage.read(file, json, place);
        messages.add(message);
        where.put(message, file);
      } else {
        throw Check.in(file, "must be a file of haori federate, got another one");
      }
    }
    return new SecureFiles(bundle, messages, where);
  }

  /** The file of a message. */
  Path fileOf(SecureMessage message) {
    return Objects.requireNonNull(files.get(message));
  }

  /** Messages of a kind by site, one each. */
  Map<String, SecureMessage> of(Kind kind) {
    Map<String, SecureMessage> bySite = new TreeMap<>();
    for (SecureMessage message : messages) {
      if (message.kind() == kind) {
        SecureMessage other = bySite.put(message.site(), message);
        if (other != null) {
          require(
              false,
              "files of the site " + message.site(),
              "one",
              fileOf(other) + " and " + fileOf(message));
        }
      }
    }
    return bySite;
  }

  /** The same where no message may be of another kind. */
  Map<String, SecureMessage> only(Kind kind) {
    for (SecureMessage message : messages) {
      require(
          message.kind() == kind,
          fileOf(message) + ": kind",
          kind.word() + " at this step of the round",
          message.kind().word());
    }
    return of(kind);
  }

  /** Refuses masked numbers that were made with other shares than a bundle's. */
  void requireAnswers(SecureMessage masked, SecureBundle before) {
    require(
        masked.text("shares").equals(before.digest(true))
            && before.shares().containsKey(masked.site()),
        fileOf(masked) + ": masks",
        "of the sites and shares that were collected",
        "of others");
  }
}
