package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.inference.model.TextBase;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.federated.secure.SealedBox;
import io.haori.training.federated.secure.SecretShares;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A round whose sum hides its parts, step by step: sites enroll with keys; they give each other
 * parts of their secrets; they hand in masked numbers; and those that are still there give what
 * takes the masks out of the sum (Bonawitz et al. 2017, figure 4). Between the steps somebody
 * collects what the sites say, who learns the sum alone.
 */
public final class SecureRound {
  /** What seeds of masks are for. */
  static final String MASKS = "haori masks";

  /** What keys of sealed parts are for. */
  static final String SEALS = "haori shares";

  private static final int SECRET = SecureContent.SECRET;

  private final Path folder;
  private final RoundPlace place;

  /**
   * A round.
   *
   * @param folder of the round
   * @throws UserError when its sums are to be seen
   */
  public SecureRound(Path folder) {
    this.folder = folder;
    place = RoundPlace.of(folder);
    require(
        place.round().aggregation() == Aggregation.SECURE,
        "aggregation of " + folder,
        Aggregation.SECURE.word(),
        place.round().aggregation().word());
  }

  static UserError wrongKey(String site, GeneralSecurityException e) {
    return new UserError("The keys of the site " + site + " are no X25519 keys", e);
  }

  /**
   * A site's first step: makes its secrets of the round and says its public keys and labels.
   *
   * @param site its name
   * @param labels names of the labels that its rows have
   * @param keyFile of the site; the secrets are kept beside it
   * @param out gets the message
   * @throws UserError when the site has secrets of this round already
   */
  public void enroll(String site, List<String> labels, Path keyFile, Path out) {
    enroll(site, labels, keyFile, false, out);
  }

  /**
   * The same where the site may have enrolled before.
   *
   * @param site its name
   * @param labels names of the labels that its rows have
   * @param keyFile of the site; the secrets are kept beside it
   * @param anew whether new secrets replace those that the site has of this round, so that it can
   *     answer nothing any more that was collected with its earlier keys
   * @param out gets the message
   * @throws UserError when there are some and they are to be kept
   */
  public void enroll(String site, List<String> labels, Path keyFile, boolean anew, Path out) {
    UpdateFile.requireName("site", site);
    SecureContent.requireLabels("labels", labels.size());
    Path secrets = SiteSecrets.file(keyFile, place.round());
    if (!anew && Files.exists(secrets)) {
      throw Check.in(
          secrets,
          "this site has enrolled in this round already; new keys would make those worthless that"
              + " it has handed in");
    }
    SiteKey key = SiteKey.at(keyFile);
    place.round().requireKey("key of the site " + site + " in " + keyFile, site, key.shown());
    SiteSecrets.Fresh fresh = SiteSecrets.random();
    fresh.secrets().write(secrets);
    SecureMessage message =
        SecureMessage.of(
            Kind.KEYS,
            place,
            site,
            key,
            json -> {
              json.put("mask", fresh.mask()).put("seal", fresh.seal());
              ArrayNode names = json.putArray("labels");
              labels.forEach(names::add);
            });
    write(out, message);
  }

  private static void write(Path out, SecureMessage message) {
    AtomicFiles.writeText(out, message.json() + "\n");
  }

  /**
   * What was collected.
   *
   * @param sites of the round
   * @param waitsFor 1 for shares of secrets, 2 for masked numbers, 3 for what opens their sum
   * @param there sites that the next step is for
   * @param needed how many of them must take part
   */
  public record Collected(List<String> sites, int waitsFor, List<String> there, int needed) {}

  /**
   * Whether files are of the step that collects masked numbers, which are compared with the layers
   * of the round's base.
   *
   * @param files as for {@link #collect}
   */
  public boolean collectsMasked(List<Path> files) {
    SecureBundle before = SecureFiles.read(files, place).bundle();
    return before != null && before.stage() > 1;
  }

  /**
   * Collects what sites say, for all of them.
   *
   * @param files messages of one step and, from the second one on, what was collected before
   * @param base of the round, for {@link #collectsMasked}; stays open; null where the masked
   *     numbers were compared when they came, as {@link HandedIn#read} does
   * @param out gets it
   * @throws UserError when they do not fit together, or there are too few
   */
  public Collected collect(List<Path> files, @Nullable TextBase base, Path out) {
    SecureFiles read = SecureFiles.read(files, place);
    SecureBundle before = read.bundle();
    SecureBundle bundle;
    if (before == null) {
      Map<String, SecureMessage> keys = read.only(Kind.KEYS);
      keys.values().forEach(one -> SecureContent.requireKeys(read.fileOf(one), one));
      bundle = new SecureBundle(keys, Map.of(), List.of());
    } else if (before.stage() == 1) {
      Map<String, SecureMessage> shares = read.only(Kind.SHARES);
      bundle = new SecureBundle(before.keys(), shares, List.of());
      bundle.check(out);
      shares.values().forEach(one -> SecureContent.requireShares(read.fileOf(one), one, before));
    } else {
      Map<String, SecureMessage> masked = read.only(Kind.MASKED);
      masked.values().forEach(one -> read.requireAnswers(one, before));
      if (base != null) {
        try (OpenRound open = OpenRound.of(folder, base)) {
          int labels = before.labels().size();
          masked.values().forEach(one -> MaskedUpdate.require(read.fileOf(one), one, open, labels));
        }
      }
      bundle = new SecureBundle(before.keys(), before.shares(), List.copyOf(masked.keySet()));
    }
    bundle.check(out);
    bundle.write(out, place);
    List<String> there =
        switch (bundle.stage()) {
          case 1 -> List.copyOf(bundle.keys().keySet());
          case 2 -> List.copyOf(bundle.shares().keySet());
          default -> bundle.arrived();
        };
    return new Collected(
        List.copyOf(bundle.keys().keySet()), bundle.stage(), there, bundle.needed());
  }

  /**
   * A site's answer to what was collected: parts of its secrets for each other site, or the parts
   * of others' secrets that take the masks out of the sum.
   *
   * @param file what {@link #collect} wrote
   * @param site its name
   * @param keyFile of the site
   * @param out gets the message
   * @return 1 for parts of its secrets, 3 for those of others'
   * @throws UserError when masked numbers are asked for, which {@code join} makes, or parts of
   *     others' secrets were given for another list of sites
   */
  public int answer(Path file, String site, Path keyFile, Path out) {
    SecureBundle bundle = SecureBundle.read(file, place);
    Path secretsFile = SiteSecrets.file(keyFile, place.round());
    SiteSecrets secrets = SiteSecrets.read(secretsFile);
    SiteKey key = SiteKey.at(keyFile);
    require(
        bundle.keys().containsKey(site) && bundle.keysOf(site).key().equals(key.shown()),
        file + ": keys of the site " + site,
        "those that this site enrolled with",
        "others");
    int stage = bundle.stage();
    if (stage == 2) {
      throw Check.in(file, "waits for masked numbers, which haori federate join makes");
    }
    write(
        out,
        stage == 1
            ? shares(bundle, site, key, secrets)
            : reveal(bundle, file, site, key, secrets, secretsFile));
    return stage;
  }

  private SecureMessage shares(SecureBundle bundle, String site, SiteKey key, SiteSecrets secrets) {
    List<String> names = List.copyOf(bundle.keys().keySet());
    List<byte[]> mask = SecretShares.split(secrets.mask().secret(), bundle.needed(), names.size());
    List<byte[]> own = SecretShares.split(secrets.own(), bundle.needed(), names.size());
    Map<String, String> boxes = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      String other = names.get(i);
      byte[] both = new byte[2 * mask.get(i).length];
      System.arraycopy(mask.get(i), 0, both, 0, both.length / 2);
      System.arraycopy(own.get(i), 0, both, both.length / 2, both.length / 2);
      byte[] box = SealedBox.seal(sealing(bundle, secrets, other), bound(site, other), both);
      boxes.put(other, Base64.getEncoder().encodeToString(box));
    }
    return SecureMessage.of(
        Kind.SHARES,
        place,
        site,
        key,
        json -> {
          json.put("keys", bundle.digest(false));
          ObjectNode object = json.putObject("boxes");
          boxes.forEach(object::put);
        });
  }

  private static byte[] sealing(SecureBundle bundle, SiteSecrets secrets, String other) {
    try {
      return secrets.seal().agree(bundle.keysOf(other).text("seal"), SEALS);
    } catch (GeneralSecurityException e) {
      throw wrongKey(other, e);
    }
  }

  private String bound(String from, String to) {
    return String.join("\n", place.digest(), from, to);
  }

  private SecureMessage reveal(
      SecureBundle bundle,
      Path file,
      String site,
      SiteKey key,
      SiteSecrets secrets,
      Path secretsFile) {
    String digest = bundle.digest();
    if (!secrets.revealed().isEmpty() && !secrets.revealed().equals(digest)) {
      throw new UserError(
          "This site has answered another list of sites in this round, and two answers together"
              + " could open the numbers of one site; begin the round again");
    }
    Map<String, String> own = new TreeMap<>();
    Map<String, String> mask = new TreeMap<>();
    for (Map.Entry<String, SecureMessage> one : bundle.shares().entrySet()) {
      byte[] both = opened(bundle, file, one.getValue(), site, secrets);
      boolean arrived = bundle.arrived().contains(one.getKey());
      int half = both.length / 2;
      byte[] part = new byte[half];
      System.arraycopy(both, arrived ? half : 0, part, 0, half);
      (arrived ? own : mask).put(one.getKey(), Base64.getEncoder().encodeToString(part));
    }
    // Kept before anything is given away.
    secrets.afterRevealing(digest).write(secretsFile);
    return SecureMessage.of(
        Kind.REVEAL,
        place,
        site,
        key,
        json -> {
          json.put("arrived", digest);
          ObjectNode parts = json.putObject("own");
          own.forEach(parts::put);
          ObjectNode lost = json.putObject("mask");
          mask.forEach(lost::put);
        });
  }

  private byte[] opened(
      SecureBundle bundle, Path file, SecureMessage from, String site, SiteSecrets secrets) {
    JsonNode box = from.json().path("boxes").path(site);
    try {
      byte[] both =
          SealedBox.open(
              sealing(bundle, secrets, from.site()),
              bound(from.site(), site),
              Base64.getDecoder().decode(box.asText()));
      require(
          both.length == 2 * SECRET,
          file + ": parts of " + from.site(),
          2 * SECRET + " bytes",
          both.length);
      return both;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Check.in(
          file, "the parts of the site " + from.site() + " were not sealed for the site " + site);
    }
  }

  /**
   * Whether a file is one of these and no update whose numbers can be seen.
   *
   * @param file any file
   */
  public static boolean isOne(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == '{';
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }
}
