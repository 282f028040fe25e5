package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs on {@code local[2]} whose results go through a store. */
final class StoredRuns {
  private StoredRuns() {}

  /** Two modules of a tiny base, learnt on Spark. */
  static Program.Ran pretrain(Path folder, List<String> jars, StoreContract.Place place, String out)
      throws IOException, InterruptedException {
    return new Program(folder, jars)
        .beside(place.jars())
        .with(place.options().toArray(String[]::new))
        .run(
            "pretrain",
            "--base",
            TinyDomains.base(folder).toString(),
            "--out",
            out,
            "--max-length",
            "16",
            "--corpus",
            TinyDomains.corpus(folder, "food", 40),
            TinyDomains.corpus(folder, "tool", 40),
            "--on",
            "local[2]",
            "--store",
            place.uri());
  }

  /** They are those of a folder, and are found again. */
  static void check(Path folder, List<String> jars, StoreContract.Place place)
      throws IOException, InterruptedException {
    Program.Ran here =
        pretrain(
            folder,
            jars,
            new StoreContract.Place(folder.resolve("store").toString(), List.of(), List.of()),
            "here");
    assertThat(here.code()).as(here.err()).isZero();

    Program.Ran there = pretrain(folder, jars, place, "there");
    assertThat(there.code()).as(there.err()).isZero();
    assertThat(there.err()).contains("progress");
    assertThat(TinyDomains.files(folder.resolve("there")))
        .hasSizeGreaterThan(3)
        .isEqualTo(TinyDomains.files(folder.resolve("here")));

    Program.Ran again = pretrain(folder, jars, place, "again");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("progress");
    assertThat(TinyDomains.files(folder.resolve("again")))
        .isEqualTo(TinyDomains.files(folder.resolve("here")));
  }
}
