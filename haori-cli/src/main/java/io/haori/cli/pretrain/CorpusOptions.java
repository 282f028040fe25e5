package io.haori.cli.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.FileOptions;
import io.haori.core.check.UserError;
import io.haori.training.data.DataFile;
import io.haori.training.pretrain.DomainCorpus;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which texts are learnt from, by domain. */
final class CorpusOptions {
  @Option(
      names = "--corpus",
      paramLabel = "NAME=FILE",
      required = true,
      arity = "1..*",
      description = {
        "One domain a name, as food=food.txt: a file of texts (txt, jsonl, csv, tsv or xlsx), or a"
            + " folder with a file corpus. Several files of one domain have commas between them."
      })
  List<String> corpora = new ArrayList<>();

  @Option(
      names = "--joint",
      paramLabel = "NAME",
      description =
          "Put all corpora together and learn one module of this name, to compare with (default:"
              + " one module for each).")
  @Nullable String joint;

  @Option(
      names = "--sequential",
      description =
          "Train the whole base on one domain after another instead, to compare with: shows what"
              + " is forgotten, and writes bases.")
  boolean sequential;

  @Option(
      names = "--order",
      paramLabel = "NAMES",
      description =
          "With --sequential: names with commas, the first learnt first; may be given several times"
              + " (default: as --corpus has them).")
  List<String> orders = new ArrayList<>();

  @Mixin final FileOptions files = new FileOptions();

  /** Refuses choices that do not go together. */
  void check() {
    require(
        joint == null || !sequential,
        "--joint",
        "left out with --sequential",
        String.valueOf(joint));
    require(orders.isEmpty() || sequential, "--order", "left out without --sequential", orders);
    Set<String> known = places().keySet();
    for (String order : orders) {
      List<String> names = List.of(order.split(","));
      require(
          names.size() == known.size() && new HashSet<>(names).equals(known),
          "--order",
          "all domains once, " + String.join(",", known),
          order);
    }
  }

  /** The orders of the domains. */
  List<List<String>> orders() {
    return orders.isEmpty()
        ? List.of(List.copyOf(places().keySet()))
        : orders.stream().map(order -> List.of(order.split(","))).toList();
  }

  /** Files by domain, in the order given; nothing is read. */
  Map<String, List<Path>> places() {
    Map<String, List<Path>> places = new LinkedHashMap<>();
    for (String one : corpora) {
      int equals = one.indexOf('=');
      require(equals > 0 && equals < one.length() - 1, "--corpus", "NAME=FILE", one);
      String name = one.substring(0, equals);
      require(!places.containsKey(name), "--corpus", "of different names", name + " twice");
      List<Path> these = new ArrayList<>();
      for (String file : one.substring(equals + 1).split(",", -1)) {
        try {
          these.add(Path.of(file));
        } catch (InvalidPathException e) {
          throw new UserError("--corpus must be NAME=FILE, got " + one, e);
        }
      }
      places.put(name, these);
    }
    return places;
  }

  /** Names of the folders that are written. */
  List<String> folders() {
    if (sequential) {
      return orders().stream().map(SequentialRun::folder).toList();
    }
    return joint == null ? List.copyOf(places().keySet()) : List.of(joint);
  }

  /** Reads all texts; the first mistake in them is reported. */
  List<DomainCorpus> read() {
    List<DomainCorpus> read = new ArrayList<>();
    places().forEach((name, these) -> read.add(DomainCorpus.read(name, these, files.texts())));
    if (joint == null) {
      return read;
    }
    List<DataFile> all = read.stream().flatMap(corpus -> corpus.files().stream()).toList();
    return List.of(new DomainCorpus(joint, all));
  }
}
