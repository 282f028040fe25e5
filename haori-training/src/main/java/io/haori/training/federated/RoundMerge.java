package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the next round of a round and the updates of its sites. */
public final class RoundMerge {
  private RoundMerge() {}

  /**
   * Merges.
   *
   * @param folder of the round
   * @param files updates, one a site; of a secure round what was collected last, the masked numbers
   *     and the answers that open their sum
   * @param base of the round; stays open
   * @param out where the next round is written
   * @return the next round
   * @throws io.haori.core.check.UserError when an update does not fit, or two are of one site;
   *     nothing is written then
   */
  public static Round merge(Path folder, List<Path> files, TextBase base, Path out) {
    Round round = RoundFolder.read(folder);
    requireBase(folder, round, base);
    if (round.aggregation() == Aggregation.SECURE) {
      try (OpenRound open = OpenRound.of(folder, base)) {
        SecureMerge.Sum sum = SecureMerge.of(open, files);
        SecureVector.Mean mean = sum.mean();
        return written(
            round, base, mean.module(), mean.heads(), sum.members(), mean.rows(), 0, out);
      }
    }
    List<Update> updates = new ArrayList<>();
    try (OpenRound open = OpenRound.of(folder, base)) {
      Map<String, Path> sites = new HashMap<>();
      for (Path file : files) {
        Update update = UpdateFile.read(file, open);
        updates.add(update);
        Path other = sites.put(update.site(), file);
        require(
            other == null, "updates of the site " + update.site(), "one", other + " and " + file);
      }
      return merged(round, updates, base, out);
    } finally {
      updates.forEach(Update::close);
    }
  }

  /**
   * Refuses another base than the round's.
   *
   * @param folder of the round, for the message
   * @param round names its base
   * @param base the opened one
   */
  static void requireBase(Path folder, Round round, TextBase base) {
    require(
        base.digest().equals(round.base().digest()),
        "base of " + folder,
        round.base().name() + " with the digest " + round.base().digest(),
        base.name() + " with the digest " + base.digest());
  }

  private static Round merged(Round round, List<Update> updates, TextBase base, Path out) {
    double rows = updates.stream().mapToInt(Update::rows).sum();
    double[] shares = updates.stream().mapToDouble(update -> update.rows() / rows).toArray();
    UpdateMean.Mean mean =
        UpdateMean.of(round.aggregation(), updates, shares, rank(round), base.backbone().slots());
    return written(
        round,
        base,
        mean.module(),
        HeadUnion.of(updates, round.settings().text().width(base)),
        updates.stream()
            .map(one -> new Round.Member(one.site(), one.rows(), one.key(), one.noise()))
            .toList(),
        (int) rows,
        mean.lostEnergy(),
        out);
  }

  /** Writes the next round; closes module and heads. */
  private static Round written(
      Round round,
      TextBase base,
      AdapterModule module,
      Heads heads,
      List<Round.Member> members,
      int rows,
      double lostEnergy,
      Path out) {
    try (TextModel model = new TextModel(base, module, heads, round.settings().text())) {
      Round next = round.next(new Round.Merge(round.number() + 1, members, rows, lostEnergy));
      Map<String, Object> settings = round.settings().byName();
      settings.put("federated.sites", members.size());
      settings.put("federated.round", next.number());
      Provenance provenance =
          new Provenance(
              settings, Map.of(), round.settings().loop().seed(), 0, 0, Map.of(), Map.of());
      RoundFolder.write(out, next, target -> AdapterFolder.save(target, model, provenance));
      return next;
    }
  }

  private static int rank(Round round) {
    Object rank = round.settings().method().settings().get("rank");
    if (rank instanceof Number number) {
      return number.intValue();
    }
    throw new IllegalStateException("rounds are of low-rank methods");
  }
}
