package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.federated.secure.SecretShares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the sites of a round have said so far, collected for all of them: their messages as they
 * signed them, so that whoever collects can leave one out but change none.
 *
 * @param keys messages of kind {@link Kind#KEYS} by site: the sites of the round
 * @param shares messages of kind {@link Kind#SHARES} by site; empty before they were asked for
 * @param arrived sites whose masked numbers have come; empty before they were asked for
 */
record SecureBundle(
    Map<String, SecureMessage> keys, Map<String, SecureMessage> shares, List<String> arrived) {
  /** The fewest sites: with two, each could take its own numbers out of the sum. */
  static final int FEWEST = 3;

  private static final int FORMAT = 1;
  private static final String KIND = "bundle";

  /** Copies the maps in the order of names. */
  SecureBundle {
    keys = new TreeMap<>(keys);
    shares = new TreeMap<>(shares);
    arrived = List.copyOf(new TreeSet<>(arrived));
  }

  /** How many sites give back a secret, and how many must have handed in: more than half. */
  int needed() {
    return keys.size() / 2 + 1;
  }

  /**
   * What the sites wait for: 1 for shares of secrets, 2 for masked numbers, 3 for what opens them.
   */
  int stage() {
    return shares.isEmpty() ? 1 : arrived.isEmpty() ? 2 : 3;
  }

  /** The number of a site's parts, from 1. */
  int numberOf(String site) {
    return List.copyOf(keys.keySet()).indexOf(site) + 1;
  }

  /** Names of all labels that a site of the round has, in order. */
  List<String> labels() {
    TreeSet<String> names = new TreeSet<>();
    shares.keySet().forEach(site -> names.addAll(labelsOf(site)));
    return List.copyOf(names);
  }

  /** Names of the labels that a site has. */
  List<String> labelsOf(String site) {
    List<String> names = new ArrayList<>();
    SecureMessage message = keys.get(site);
    if (message != null) {
      message.json().path("labels").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  /** A site's message of its keys. */
  SecureMessage keysOf(String site) {
    SecureMessage message = keys.get(site);
    if (message == null) {
      throw new IllegalStateException(site + " has no keys");
    }
    return message;
  }

  /** Digest of the keys alone or of keys and shares, by which a site says what it answers. */
  String digest(boolean withShares) {
    StringBuilder all = new StringBuilder();
    keys.values().forEach(one -> all.append(one.json()).append('\n'));
    if (withShares) {
      shares.values().forEach(one -> all.append(one.json()).append('\n'));
    }
    return Sha256.of(all.toString());
  }

  /** Digest of all, with who has arrived. */
  String digest() {
    return Sha256.of(digest(true) + "\n" + String.join("\n", arrived));
  }

  /** Writes it. */
  void write(Path file, RoundPlace place) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", FORMAT).put("kind", KIND);
    place.put(json);
    ArrayNode messages = json.putArray("messages");
    keys.values().forEach(one -> messages.add(one.json()));
    shares.values().forEach(one -> messages.add(one.json()));
    ArrayNode there = json.putArray("arrived");
    arrived.forEach(there::add);
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }

  /** Whether JSON is one. */
  static boolean isOne(JsonNode json) {
    return json.path("kind").asText().equals(KIND);
  }

  /**
   * Reads one.
   *
   * @param file written by {@link #write}
   * @param place of the round that it must be for
   * @throws io.haori.core.check.UserError when it is none, or a message in it was changed
   */
  static SecureBundle read(Path file, RoundPlace place) {
    JsonNode json = JsonFile.readObject(file, SecureMessage.MOST_BYTES);
    if (!isOne(json)) {
      throw Check.in(file, "must be a file of haori federate collect, got another one");
    }
    return read(file, json, place);
  }

  /** Reads one out of JSON. */
  static SecureBundle read(Path file, JsonNode json, RoundPlace place) {
    int format = json.path("formatVersion").asInt();
    require(format == FORMAT, file + ": formatVersion", String.valueOf(FORMAT), format);
    place.requireIn(file, json);
    List<SecureMessage> messages = new ArrayList<>();
    for (JsonNode one : json.path("messages")) {
      messages.add(SecureMessage.read(file, one, place));
    }
    List<String> arrived = new ArrayList<>();
    json.path("arrived").forEach(one -> arrived.add(one.asText()));
    SecureBundle bundle =
        new SecureBundle(by(file, messages, Kind.KEYS), by(file, messages, Kind.SHARES), arrived);
    bundle.check(file);
    return bundle;
  }

  /** Messages of a kind by site, each from one. */
  static Map<String, SecureMessage> by(Path file, List<SecureMessage> messages, Kind kind) {
    Map<String, SecureMessage> bySite = new TreeMap<>();
    for (SecureMessage message : messages) {
      if (message.kind() == kind) {
        SecureMessage other = bySite.put(message.site(), message);
        require(
            other == null,
            file + ": files of the site " + message.site() + " with " + kind.word(),
            "one",
            "two");
      }
    }
    return bySite;
  }

  /** Refuses too few sites, and shares of others than the sites or of other keys. */
  void check(Path file) {
    require(
        keys.size() >= FEWEST && keys.size() <= SecretShares.MOST,
        file + ": sites",
        "in [" + FEWEST + ", " + SecretShares.MOST + "]",
        keys.size());
    String digest = digest(false);
    for (SecureMessage share : shares.values()) {
      require(
          keys.containsKey(share.site()) && share.text("keys").equals(digest),
          file + ": shares of the site " + share.site(),
          "of the keys of this round's sites",
          "of others");
    }
    require(
        shares.isEmpty() || shares.size() >= needed(),
        file + ": sites with shares",
        "at least " + needed() + " of " + keys.size(),
        shares.size());
    for (String site : arrived) {
      require(shares.containsKey(site), file + ": site that has arrived", "one with shares", site);
    }
    require(
        arrived.isEmpty() || arrived.size() >= needed(),
        file + ": sites with masked numbers",
        "at least " + needed() + " of " + keys.size(),
        arrived.size());
  }
}
