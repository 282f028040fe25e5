package io.haori.cli.language;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.language.EnglishTexts.Found;
import io.haori.cli.terminal.Flags;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import io.haori.core.language.Translation;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every English sentence of the sources has a Japanese one. What this test lists as missing goes
 * into a file of {@code haori-core/src/main/resources/io/haori/core/language/ja}, with the
 * translation indented below it.
 */
final class SentencesInJapaneseTest {
  private static final Catalogue JAPANESE = Catalogue.of(Language.JAPANESE);

  /** Stand in for values: they fit a place of any kind and are found again in the translation. */
  private static final int FIRST_VALUE = 7001;

  /** Sentences that are put together of parts in several places. */
  private static final List<String> COMPOSED =
      List.of(
          "No file named \"lable\"; did you mean \"label\"? There are \"text\", \"label\"",
          "No file named \"lable\"; did you mean \"label\"? There is \"label\"",
          "No file named \"lable\"; there are none",
          "rows.jsonl:2: must be a list of words, got 3 at position 2",
          "orders.xlsx:1: header has no column \"text\"; there are \"a\", \"b\" and 230 more;"
              + " choose one with --text-column",
          "Most confident mistakes on the test rows:",
          "Most confident mistakes of lora on the test rows:",
          "Most confident mistakes:",
          "pumps, over one model of all: 3.1 % (1.0 % to 5.2 %)",
          "pumps gains +3.1 points (+1.0 to +5.2 points): transfer 4 %, interference 1 % (corrected"
              + " p 0.01).",
          "pumps loses −3.1 points (−5.2 to −1.0 points): transfer 1 %, interference 4 % (corrected"
              + " p 0.01).",
          "Stop at rank 8: 91.0 % together, which is the best of those tried.",
          "Stop at rank 8: 91.0 % together, within the interval of the best, rank 16 with 92.0 %"
              + " (90.0 % to 94.0 %).",
          "71.5 % to 83.7 %",
          "No clear winner: take the cheapest, frozen, which stores the fewest bytes, 11.3 kB"
              + " (lora: 303.3 kB); it also has the highest score, 91.7 %.",
          "No clear winner: take the cheapest, frozen, which stores the fewest bytes, 11.3 kB"
              + " (lora: 303.3 kB); lora has the highest score, 91.7 %.",
          "By rank",
          "Stage 2: 170 of 170, 157 s so far",
          "better (+13.1 points, 95 % interval +10.2 to +15.8 points)",
          "The start from the others compared with LoRA alone: better (+13.1 points, 95 % interval"
              + " +10.2 to +15.8 points).",
          "worse (−13.1 points, 95 % interval −15.8 to −10.2 points)",
          "no difference shown (+1.1 points, 95 % interval −0.2 to +2.8 points)",
          "Largest errors:",
          "Largest errors of lora",
          "Most confident mistakes of lora",
          "Wrong rows with the largest loss of lora",
          "Wrong rows with the largest loss:",
          "2026-11-29 07:00 by hana",
          "Clear differences: lora less frozen −24.8 points (95 % interval −33.3 to −16.3 points,"
              + " corrected p < 0.0001); dora less frozen −2.0 points (95 % interval −3.3 to −1.3"
              + " points, corrected p 0.01).",
          "lora has the highest score of 2 methods: it is right on 44.3 % of the 300 test rows"
              + " (mean of 2 runs).",
          "registry.db: cannot be opened; nothing was changed",
          "  train      24 rows, 6 labels, longest text 12 tokens",
          "  train      24 pictures, 3 labels, seen at 16 x 16 pixels",
          "lora: 3 of 12, loss 0.5, 610 tokens/s, 0:12 left",
          "compare: 32 of 43, 87.5 % so far (further from pumps), 0:04 left",
          "The probe alone: 64 % with 9 rows; 67 % with 16 rows. Twice as many labels would give it"
              + " about 81 %.",
          "food was trained on a base kept as int8 and is used on one kept as fp32: measured after"
              + " the training, on 9 rows accuracy is 0.5 instead of 0.6, 2 % of the answers are"
              + " others, logits are 0.1 apart on average");

  /** Headings that are names of scores, keys or values. */
  private static final Set<String> SAME_IN_BOTH =
      Set.of("", "F1", "LoRA", "ROUGE-L", "p", "test", "token F1", "train", "validation");

  private static final Pattern VALUE = Pattern.compile("70\\d\\d");

  @Test
  void everySentenceOfTheSourcesHasAJapaneseOne() throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    for (Found found : Sources.shown()) {
      for (List<String> forms : spoken(found.text())) {
        missing.addAll(forms.stream().map(this::english).min(comparing(List::size)).orElseThrow());
      }
    }
    assertThat(missing)
        .as(
            "English sentences without a Japanese one. Add each to a file in"
                + " haori-core/src/main/resources/io/haori/core/language/ja")
        .isEmpty();
  }

  @Test
  void everyColumnOfATableHasAJapaneseHeading() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Found found : Sources.all()) {
      if (found.heads() && JAPANESE.heading(filled(found.text())).equals(filled(found.text()))) {
        missing.add(found.text());
      }
    }
    missing.removeAll(SAME_IN_BOTH);
    assertThat(missing).as("headings without Japanese; add them to headings.txt").isEmpty();
  }

  @Test
  void everyHelpTextHasAJapaneseOne() {
    Set<String> missing = new LinkedHashSet<>();
    for (String text : HelpTexts.all()) {
      if (!text.startsWith("haori ") && !text.startsWith("source <(") && Sources.isSentence(text)) {
        missing.addAll(english(text));
      }
    }
    assertThat(missing)
        .as("help without Japanese; a description's default is a phrase of its own")
        .isEmpty();
  }

  @Test
  void noHelpTextHasASignThatPicocliReadsAsAFormat() {
    assertThat(HelpTexts.all())
        .map(JAPANESE::text)
        .noneMatch(text -> text.replace("%%", "").replace("%n", "").contains("%"));
  }

  /** What a sentence's translation leaves in English. */
  private List<String> english(String sentence) {
    return JAPANESE.translate(filled(sentence)).left().stream()
        .map(SentencesInJapaneseTest::emptied)
        .filter(left -> Sources.isSentence(left) && !JAPANESE.headings().contains(left))
        .map(SentencesInJapaneseTest::numbered)
        .toList();
  }

  @Test
  void noJapaneseSentenceLosesAValue() throws IOException {
    Set<String> lost = new TreeSet<>();
    for (Found found : Sources.all()) {
      for (String sentence : forms(found.text())) {
        String filled = filled(sentence);
        Translation translation = JAPANESE.translate(filled);
        for (Matcher value = VALUE.matcher(filled); value.find(); ) {
          if (!translation.used().isEmpty() && !translation.text().contains(value.group())) {
            lost.add(numbered(sentence) + "  →  " + translation.text());
          }
        }
      }
    }
    assertThat(lost).isEmpty();
  }

  @Test
  void everyJapaneseSentenceIsUsed() throws IOException {
    Set<String> unused = new TreeSet<>(JAPANESE.patterns());
    Stream.of(Sources.all().stream().map(Found::text), HelpTexts.all().stream(), COMPOSED.stream())
        .flatMap(texts -> texts)
        .flatMap(text -> forms(text).stream())
        .forEach(text -> unused.removeAll(JAPANESE.translate(filled(text)).used()));
    assertThat(unused).as("sentences that the program does not say any more").isEmpty();
  }

  @Test
  void bothLanguagesHaveTheSamePlaces() {
    assertThat(JAPANESE.patterns())
        .allSatisfy(
            pattern ->
                assertThat(places(JAPANESE.translation(pattern))).isEqualTo(places(pattern)));
  }

  private static Set<String> places(String pattern) {
    Set<String> places = new TreeSet<>();
    Pattern.compile("\\{(\\d+)(?::[nw])?}")
        .matcher(pattern)
        .results()
        .forEach(one -> places.add(one.group(1)));
    return places;
  }

  /** A text as it is, and with flags in the place of settings, which the command line prints. */
  private static List<List<String>> spoken(String text) {
    return Stream.of(text, Flags.inPlaceOfSettings(text))
        .distinct()
        .map(SentencesInJapaneseTest::parts)
        .toList();
  }

  private static List<String> forms(String text) {
    return spoken(text).stream().flatMap(List::stream).distinct().toList();
  }

  /** A text that may be a part of a sentence: alone, and with values where others are put to it. */
  private static List<String> parts(String text) {
    String bare = text.strip();
    String before = text.startsWith(" ") || bare.startsWith(", ") ? EnglishTexts.PLACE + " " : "";
    String after = text.endsWith(" ") ? " " + EnglishTexts.PLACE : "";
    String whole =
        bare.startsWith(", ") ? EnglishTexts.PLACE + bare + after : before + bare + after;
    return Stream.of(whole, bare + after, bare).distinct().toList();
  }

  private static String filled(String text) {
    StringBuilder filled = new StringBuilder();
    String[] parts = text.split(EnglishTexts.PLACE, -1);
    for (int place = 0; place < parts.length; place++) {
      filled.append(place == 0 ? "" : String.valueOf(FIRST_VALUE + place - 1)).append(parts[place]);
    }
    return filled.toString();
  }

  private static String emptied(String text) {
    return VALUE.matcher(text).replaceAll(EnglishTexts.PLACE);
  }

  private static String numbered(String text) {
    StringBuilder numbered = new StringBuilder();
    String[] parts = text.replace("\n", "\\n").split(EnglishTexts.PLACE, -1);
    for (int place = 0; place < parts.length; place++) {
      numbered.append(place == 0 ? "" : "{" + (place - 1) + "}").append(parts[place]);
    }
    return numbered.toString();
  }
}
