package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Targets;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains that go together, and those that do not. */
class DomainsTest {
  @TempDir Path temporary;

  private Path domain(String name, String labels) throws IOException {
    return DomainFolders.write(temporary.resolve(name), name.length(), labels, 12);
  }

  private static void refused(Runnable reading, String sentence) {
    assertThatThrownBy(reading::run).isInstanceOf(UserError.class).hasMessage(sentence);
  }

  @Test
  void oneDomainIsNotEnough() throws IOException {
    Path books = domain("books", "abc");
    refused(
        () -> Domains.read(List.of(books)).requireSeveral(),
        "data must be at least two domains, got only books");
  }

  @Test
  void aFileIsADomainNamedWithoutItsEnding() throws IOException {
    Path books = domain("books", "abc");
    Path file = books.resolveSibling("films.v2.jsonl");
    Files.copy(books.resolve("train.jsonl"), file);
    assertThat(Domains.read(List.of(books, file)).names()).containsExactly("books", "films.v2");
  }

  @Test
  void namesMustDiffer() throws IOException {
    Path one = domain("one/books", "abc");
    Path other = domain("other/books", "abc");
    refused(
        () -> Domains.read(List.of(one, other)),
        "data must be domains of different names, got books twice");
  }

  @Test
  void numbersAreRefused() throws IOException {
    Path books = domain("books", "abc");
    Path scores = domain("scores", "12");
    for (String split : List.of("train", "validation", "test")) {
      Path file = scores.resolve(split + ".jsonl");
      Files.writeString(
          file, Files.readString(file).replaceAll("\"label\":\"(.)\"", "\"label\":$1.5"));
    }
    refused(
        () -> Domains.read(List.of(books, scores)),
        "data must be domains whose labels are classes, got numbers in scores");
  }

  @Test
  void columnsMustBeTheSame() throws IOException {
    Path books = domain("books", "abc");
    Path pairs = domain("pairs", "abc");
    for (String split : List.of("train", "validation", "test")) {
      Path file = pairs.resolve(split + ".jsonl");
      Files.writeString(
          file, Files.readString(file).replace("\"label\"", "\"text_pair\":\"worda\",\"label\""));
    }
    refused(
        () -> Domains.read(List.of(books, pairs)),
        "data must be domains with the same columns, got text in books and text, text_pair in"
            + " pairs");
  }

  @Test
  void aLabelInDifferentSetsAsksForAChoice() throws IOException {
    Domains clashing = Domains.read(List.of(domain("books", "abc"), domain("films", "cde")));

    refused(
        () -> clashing.heads(null),
        "heads must be own or shared where one label is in different sets, got none: \"c\" is"
            + " in books and in films");

    assertThat(clashing.heads(HeadChoice.OWN)).isEqualTo(HeadChoice.OWN);
    assertThat(clashing.heads(HeadChoice.SHARED)).isEqualTo(HeadChoice.SHARED);
  }

  @Test
  void withoutAClashTheLabelsDecide() throws IOException {
    assertThat(Domains.read(List.of(domain("a", "abc"), domain("b", "abc"))).heads(null))
        .isEqualTo(HeadChoice.SHARED);
    assertThat(Domains.read(List.of(domain("c", "abc"), domain("d", "def"))).heads(null))
        .isEqualTo(HeadChoice.OWN);
  }

  @Test
  void tooFewTestRowsAreReportedWithTheNumberNeeded() throws IOException {
    Path books = domain("books", "abc");
    Domains domains = Domains.read(List.of(books, domain("films", "abc")));
    refused(
        () -> domains.requireTestRows(13, 2),
        books.resolve("test.jsonl")
            + ": must have at least 13 rows of books for 2 tests at 5 %, got 12");
    domains.requireTestRows(12, 2);
  }

  @Test
  void aFolderWhoseRowsNameDomainsIsThose() throws IOException {
    Domains read = Domains.read(List.of(TinyBase.data(temporary.resolve("mixed"), 24, true)));
    assertThat(read.names()).containsExactly("even", "odd");
    assertThat(read.all().get(0).data().train().rows()).hasSize(12);
    assertThat(read.all().get(1).data().train().rows()).allMatch(r -> "odd".equals(r.domain()));
    assertThat(read.indexOf("--groups", "odd")).isEqualTo(1);
    refused(() -> read.indexOf("--groups", "old"), "--groups must be of even, odd, got old");
  }

  @Test
  void ownHeadsKeepLabelsApartAndASharedOneHoldsThemAll() throws IOException {
    Domains domains = Domains.read(List.of(domain("books", "abc"), domain("films", "cde")));
    DomainRows rows = DomainFolders.rows(domains, temporary);

    DomainLabels own = rows.labels(List.of(0, 1), HeadChoice.OWN);
    DomainLabels shared = rows.labels(List.of(0, 1), HeadChoice.SHARED);

    assertThat(own.size()).isEqualTo(2);
    assertThat(own.heads().get(1).labels().names()).containsExactly("c", "d", "e");
    assertThat(shared.size()).isEqualTo(1);
    assertThat(shared.heads().get(0).labels().names()).containsExactly("a", "b", "c", "d", "e");
    Targets ownTargets = rows.targets(Split.TRAIN, List.of(0, 1), own);
    Targets sharedTargets = rows.targets(Split.TRAIN, List.of(0, 1), shared);
    int films = rows.of(Split.TRAIN, 1)[0];
    assertThat(rows.domainOf(Split.TRAIN, films)).isEqualTo(1);
    assertThat(rows.domainOf(Split.TRAIN, films - 1)).isZero();
    assertThat(ownTargets.heads()[films]).isEqualTo(1);
    assertThat(ownTargets.classes()[films]).isZero();
    assertThat(sharedTargets.heads()[films]).isZero();
    assertThat(sharedTargets.classes()[films]).isEqualTo(2);
    assertThat(rows.count(Split.TEST, 1)).isEqualTo(12);
  }
}
