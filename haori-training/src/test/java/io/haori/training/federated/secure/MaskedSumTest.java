package io.haori.training.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MaskedSumTest {
  private static final int SITES = 10;
  private static final int NUMBERS = 20_000;
  private static final int NEEDED = 7;
  private static final String PURPOSE = "masks of a test";

  /** A site with all that it knows. */
  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  private record Site(
      String name, long[] numbers, byte[] own, AgreementKey.Pair keys, List<byte[]> ownParts) {}

  private final List<Site> sites = new ArrayList<>();

  private void sites() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < SITES; i++) {
      long[] numbers = new long[NUMBERS];
      for (int n = 0; n < NUMBERS; n++) {
        // Small numbers, as those of an update: none of their upper bits is random.
        numbers[n] = FixedPoint.of("x", random.nextDouble(-1, 1), SITES);
      }
      byte[] own = new byte[32];
      random.nextBytes(own);
      sites.add(
          new Site(
              "site" + i,
              numbers,
              own,
              AgreementKey.random(),
              SecretShares.split(own, NEEDED, SITES)));
    }
  }

  private long[] masked(Site site) throws GeneralSecurityException {
    Map<String, byte[]> pairs = new HashMap<>();
    for (Site other : sites) {
      if (!other.name.equals(site.name)) {
        pairs.put(other.name, site.keys.key().agree(other.keys.shown(), PURPOSE));
      }
    }
    return MaskedSum.masked(site.numbers, site.name, site.own, pairs);
  }

  @Test
  void theSumIsExactThoughTwoOfTenSitesAreLost() throws GeneralSecurityException {
    sites();
    List<Site> lost = sites.subList(8, 10);
    List<Site> there = sites.subList(0, 8);
    long[] sum = new long[NUMBERS];
    for (Site site : there) {
      MaskedSum.add(sum, masked(site));
    }

    for (Site site : there) {
      Map<Integer, byte[]> parts = new TreeMap<>();
      // Seven of those that are there answer.
      for (int part = 1; part <= NEEDED; part++) {
        parts.put(part, site.ownParts.get(part - 1));
      }
      MaskedSum.withoutOwn(sum, SecretShares.join(parts));
    }
    for (Site gone : lost) {
      List<byte[]> split = SecretShares.split(gone.keys.key().secret(), NEEDED, SITES);
      Map<Integer, byte[]> parts = new TreeMap<>();
      for (int part = 2; part < 2 + NEEDED; part++) {
        parts.put(part, split.get(part - 1));
      }
      AgreementKey known = AgreementKey.of(SecretShares.join(parts));
      for (Site site : there) {
        MaskedSum.withoutPair(sum, site.name, gone.name, known.agree(site.keys.shown(), PURPOSE));
      }
    }

    long[] wanted = new long[NUMBERS];
    there.forEach(site -> MaskedSum.add(wanted, site.numbers));
    assertThat(sum).isEqualTo(wanted);
  }

  @Test
  void aSitesVectorLooksUniformlyRandomAndSoDoesTheSumBeforeItIsUnmasked()
      throws GeneralSecurityException {
    sites();
    long[] one = masked(sites.get(3));
    long[] sum = new long[NUMBERS];
    for (Site site : sites) {
      MaskedSum.add(sum, masked(site));
    }

    assertThat(chiSquare(one)).isBetween(150.0, 380.0);
    assertThat(chiSquare(sum)).isBetween(150.0, 380.0);
    // The same test finds numbers that are not masked.
    assertThat(chiSquare(sites.get(3).numbers)).isGreaterThan(10_000);
    assertThat(correlation(one, sites.get(3).numbers)).isBetween(-0.03, 0.03);
  }

  /** Of all bytes over 256 values: mean 255, deviation 22.6 where they are uniform. */
  private static double chiSquare(long[] numbers) {
    long[] counts = new long[256];
    for (long number : numbers) {
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        counts[(int) (number >>> shift) & 0xFF]++;
      }
    }
    double expected = 8.0 * numbers.length / 256;
    return Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
  }

  private static double correlation(long[] a, long[] b) {
    double meanA = Arrays.stream(a).asDoubleStream().average().orElseThrow();
    double meanB = Arrays.stream(b).asDoubleStream().average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void oneSiteLessThanIsNeededGivesAnotherSecret() {
    byte[] secret = "thirty-two bytes of some secret.".getBytes(StandardCharsets.US_ASCII);
    List<byte[]> parts = SecretShares.split(secret, 3, 5);

    assertThat(parts).hasSize(5);
    assertThat(SecretShares.join(Map.of(1, parts.get(0), 3, parts.get(2), 5, parts.get(4))))
        .isEqualTo(secret);
    assertThat(SecretShares.join(Map.of(2, parts.get(1), 4, parts.get(3), 5, parts.get(4))))
        .isEqualTo(secret);
    assertThat(SecretShares.join(Map.of(1, parts.get(0), 3, parts.get(2)))).isNotEqualTo(secret);
    assertThat(parts.get(0)).isNotEqualTo(secret).hasSize(secret.length);
  }

  @Test
  void twoSitesAgreeOnASeedThatDependsOnItsPurpose() throws GeneralSecurityException {
    AgreementKey.Pair bob = AgreementKey.random();
    AgreementKey.Pair carol = AgreementKey.random();

    assertThat(bob.key().agree(carol.shown(), "a"))
        .isEqualTo(carol.key().agree(bob.shown(), "a"))
        .isNotEqualTo(carol.key().agree(bob.shown(), "b"))
        .hasSize(32);
    assertThat(AgreementKey.of(bob.key().secret()).agree(carol.shown(), "a"))
        .isEqualTo(bob.key().agree(carol.shown(), "a"));
    assertThatThrownBy(() -> bob.key().agree("no key", "a"))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aBoxOpensWithItsKeyAndForItsPurposeOnly() throws GeneralSecurityException {
    byte[] key = new byte[32];
    byte[] box = SealedBox.seal(key, "a to b", new byte[] {1, 2, 3});

    assertThat(SealedBox.open(key, "a to b", box)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> SealedBox.open(key, "b to a", box))
        .isInstanceOf(GeneralSecurityException.class);
    box[box.length - 1] ^= 1;
    assertThatThrownBy(() -> SealedBox.open(key, "a to b", box))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> SealedBox.open(key, "a to b", new byte[5]))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void numbersThatMightNotFitAreRefused() {
    assertThat(FixedPoint.toDouble(FixedPoint.of("x", -1.25, 10))).isEqualTo(-1.25);
    assertThat(FixedPoint.toDouble(FixedPoint.of("x", 0x1.8p-33, 10))).isEqualTo(0x1p-32);
    assertThatThrownBy(() -> FixedPoint.of("B of layer 0", 2e8, 10))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("B of layer 0 must be in [−");
    assertThatThrownBy(() -> FixedPoint.of("B of layer 0", Double.NaN, 10))
        .isInstanceOf(UserError.class);
  }
}
