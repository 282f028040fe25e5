package io.haori.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.ProofWords;
import io.haori.cli.wording.Html;
import io.haori.cli.wording.Words;
import io.haori.core.language.Language;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A report in one language: the manager's page, then those of the engineer. */
final class Report {
  private static final String BUNDLE = "io.haori.cli.report.report";

  private final Words words;
  private final ProofWords proof;
  private String title = "";
  private String firstLine = "";
  private String verdict = "";

  Report(Language language) {
    words = Words.of(BUNDLE, language);
    proof = new ProofWords(language);
  }

  /** Of a registry, with a proof of concept or without. */
  String of(RegistryFacts facts, @Nullable ProofStory story) {
    return of(Subject.of(facts, story));
  }

  /** Of an advice alone. */
  String of(JsonNode plan, Instant now) {
    return of(Subject.of(plan, now));
  }

  private String of(Subject subject) {
    ManagerPage first = new ManagerPage(subject, words, proof);
    title = words.text(subject.story() == null ? "title" : "title.proof", name(subject));
    firstLine = first.verdict();
    verdict = subject.verdict();
    return "<!DOCTYPE html>\n<html lang=\""
        + language().tag()
        + "\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\""
        + " content=\"width=device-width\"/><title>"
        + Html.of(title).code()
        + "</title>\n<style>\n"
        + PdfFile.css()
        + "</style></head><body>\n"
        + "<h1 id=\"top\">"
        + Html.of(title).code()
        + "</h1>\n"
        + first.code()
        + "<div class=\"engineer\">\n"
        + new EngineerPages(subject, words, proof).code()
        + "</div>\n</body></html>\n";
  }

  private String name(Subject subject) {
    ProofStory story = subject.story();
    int more = story == null ? 0 : story.start().domains().size() - 1;
    return more == 0 ? subject.name() : words.text("title.more", subject.name(), more);
  }

  Language language() {
    return words.language();
  }

  /** Of what was written last. */
  String title() {
    return title;
  }

  /** The sentence that everything follows from. */
  String firstLine() {
    return firstLine;
  }

  /** {@code go-on}, {@code stop} or {@code not-known}. */
  String verdict() {
    return verdict;
  }
}
