package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.federated.secure.AgreementKey;
import io.haori.training.federated.secure.MaskedSum;
import io.haori.training.federated.secure.SecretShares;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes the masks out of the sum of a round's sites. */
final class SecureMerge {
  private final OpenRound open;
  private final SecureFiles files;
  private final SecureBundle bundle;

  private SecureMerge(OpenRound open, SecureFiles files, SecureBundle bundle) {
    this.open = open;
    this.files = files;
    this.bundle = bundle;
  }

  /**
   * What the sites are together.
   *
   * @param mean its parts are owned by the caller
   * @param members the sites whose numbers are in it, without their rows, which nobody knows
   */
  record Sum(SecureVector.Mean mean, List<Round.Member> members) {}

  /**
   * The sum of a round.
   *
   * @param open the round; stays open
   * @param paths what was collected last, the masked numbers of all sites that have arrived, and
   *     enough of what opens their sum
   * @throws UserError when something is missing or does not fit
   */
  static Sum of(OpenRound open, List<Path> paths) {
    SecureFiles files = SecureFiles.read(paths, open.place());
    SecureBundle bundle = files.bundle();
    if (bundle == null || bundle.stage() < 3) {
      throw new UserError(
          "haori federate merge of a secure round needs the last file of haori federate collect,"
              + " the one that lists whose masked numbers have arrived");
    }
    return new SecureMerge(open, files, bundle).sum();
  }

  private Sum sum() {
    Map<String, SecureMessage> masked = files.of(Kind.MASKED);
    for (String site : bundle.arrived()) {
      require(
          masked.containsKey(site),
          "masked numbers",
          "of all sites that have arrived",
          "none of the site " + site);
    }
    Map<String, SecureMessage> reveals = reveals();
    List<String> labels = bundle.labels();
    int width = open.width();
    long length = MaskedUpdate.length(open, labels.size());
    long[] sum = null;
    List<Round.Member> members = new ArrayList<>();
    for (String site : bundle.arrived()) {
      SecureMessage message = required(masked, site);
      files.requireAnswers(message, bundle);
      MaskedUpdate.require(files.fileOf(message), message, open, labels.size());
      long[] numbers = MaskedUpdate.numbers(files.fileOf(message), message, length);
      if (sum == null) {
        sum = new long[numbers.length];
      }
      MaskedSum.add(sum, numbers);
      members.add(new Round.Member(site, 0, message.key(), NoiseJson.read(message.json())));
    }
    if (sum == null) {
      throw new IllegalStateException("nobody has arrived");
    }
    unmask(sum, reveals);
    requireRows(sum, labels.size(), width);
    return new Sum(
        SecureVector.mean(
            sum, labels, open.method(), open.base().backbone().slots(), open.factors(), width),
        members);
  }

  private static SecureMessage required(Map<String, SecureMessage> bySite, String site) {
    SecureMessage message = bySite.get(site);
    if (message == null) {
      throw new IllegalStateException(site);
    }
    return message;
  }

  private Map<String, SecureMessage> reveals() {
    Map<String, SecureMessage> reveals = files.of(Kind.REVEAL);
    String digest = bundle.digest();
    for (SecureMessage reveal : reveals.values()) {
      require(
          reveal.text("arrived").equals(digest) && bundle.shares().containsKey(reveal.site()),
          files.fileOf(reveal) + ": sites that have arrived",
          "those that were collected last",
          "others");
      SecureContent.requireReveal(files.fileOf(reveal), reveal, bundle);
    }
    require(
        reveals.size() >= bundle.needed(),
        "answers that open the sum",
        "at least " + bundle.needed() + " of " + bundle.keys().size() + " sites",
        reveals.size());
    return reveals;
  }

  private void unmask(long[] sum, Map<String, SecureMessage> reveals) {
    for (String site : bundle.shares().keySet()) {
      if (bundle.arrived().contains(site)) {
        MaskedSum.withoutOwn(sum, secret(reveals, "own", site));
        continue;
      }
      AgreementKey lost = AgreementKey.of(secret(reveals, "mask", site));
      for (String there : bundle.arrived()) {
        try {
          MaskedSum.withoutPair(
              sum, there, site, lost.agree(bundle.keysOf(there).text("mask"), SecureRound.MASKS));
        } catch (GeneralSecurityException e) {
          throw SecureRound.wrongKey(there, e);
        }
      }
    }
  }

  /** A secret out of its parts, as many as are needed. */
  private byte[] secret(Map<String, SecureMessage> reveals, String kind, String site) {
    Map<Integer, byte[]> parts = new TreeMap<>();
    for (SecureMessage reveal : reveals.values()) {
      if (parts.size() < bundle.needed()) {
        String part = reveal.json().path(kind).path(site).asText();
        parts.put(bundle.numberOf(reveal.site()), Base64.getDecoder().decode(part));
      }
    }
    return SecretShares.join(parts);
  }

  /** Masks that were not taken out leave numbers that no sites can have. */
  private void requireRows(long[] sum, int labels, int width) {
    double rows = sum[sum.length - 1] / Math.pow(2, 32);
    boolean whole = rows >= 1 && rows <= Integer.MAX_VALUE && rows == Math.rint(rows);
    for (int label = 0; label < labels && whole; label++) {
      double known = sum[sum.length - 2 - label * (width + 2)] / Math.pow(2, 32);
      whole = known >= 0 && known <= rows && known == Math.rint(known);
    }
    if (!whole) {
      throw new UserError(
          "The sum of the sites is no sum of updates: a site has sent parts or masked numbers that"
              + " are wrong");
    }
  }
}
