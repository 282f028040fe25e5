package io.haori.training.augment;

import io.haori.model.image.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One way to write a text otherwise that keeps its meaning, as the texts of a workshop differ; to
 * change a picture; or to mix vectors.
 */
public enum Alteration {
  /** One letter of a long word in five is left out, doubled, or changes places with the next. */
  TYPOS {
    @Override
    String word(String word, SplittableRandom random) {
      if (word.length() < LONG || random.nextDouble() >= SHARE) {
        return word;
      }
      int at = random.nextInt(1, word.length() - 1);
      String rest = word.substring(at + 1);
      return switch (random.nextInt(3)) {
        case 0 -> word.substring(0, at) + rest;
        case 1 -> word.substring(0, at + 1) + word.charAt(at) + rest;
        default -> word.substring(0, at) + rest.charAt(0) + word.charAt(at) + rest.substring(1);
      };
    }
  },
  /** The whole text in capital letters or, where it has any, in small ones. */
  CASE {
    @Override
    String text(String text, SplittableRandom random) {
      String small = text.toLowerCase(Locale.ROOT);
      return small.equals(text) || random.nextBoolean() ? text.toUpperCase(Locale.ROOT) : small;
    }
  },
  /** Two long words in five are cut to three letters and a dot, or lose their inner vowels. */
  ABBREVIATIONS {
    @Override
    String word(String word, SplittableRandom random) {
      if (word.length() <= LONG || random.nextDouble() >= 2 * SHARE) {
        return word;
      }
      return random.nextBoolean()
          ? word.substring(0, 3) + "."
          : word.charAt(0) + word.substring(1).replaceAll("[aeiouAEIOU]", "");
    }
  },
  /** One word in seven is left out, never the last one that is left. */
  DROP {
    @Override
    String text(String text, SplittableRandom random) {
      List<String> words = new ArrayList<>(Arrays.asList(text.split(" ", -1)));
      for (int i = words.size() - 1; i >= 0 && words.size() > 1; i--) {
        if (random.nextInt(7) == 0) {
          words.remove(i);
        }
      }
      String left = String.join(" ", words);
      return left.isBlank() ? text : left;
    }
  },
  /** One word in five becomes another word that has a sense in common with it in WordNet. */
  SYNONYMS {
    @Override
    String word(String word, SplittableRandom random) {
      if (random.nextDouble() >= SHARE) {
        return word;
      }
      List<String> others = WordNetSynonyms.of(word);
      return others.isEmpty() ? word : others.get(random.nextInt(others.size()));
    }
  },
  /** A picture with left and right in each other's place, in one picture of two. */
  FLIP(PixelChanges::flip),
  /** A part of a picture, of at least three quarters of each side. */
  CROP(PixelChanges::crop),
  /** A picture turned by up to 15 degrees. */
  ROTATE(PixelChanges::rotate),
  /** A picture up to 30 % brighter or darker. */
  BRIGHTNESS(PixelChanges::brightness),
  /** A picture with up to 30 % more or less contrast. */
  CONTRAST(PixelChanges::contrast),
  /**
   * Two operations of nine are done to a picture, each of a strength that is drawn (RandAugment,
   * Cubuk et al. 2019, arXiv 1909.13719, without those that invert or solarize).
   */
  RANDAUGMENT(RandomOperations::apply),
  /** The vectors of two rows are mixed in each step instead; see {@link Mixup}. */
  MIXUP {
    @Override
    boolean ofTexts() {
      return false;
    }

    @Override
    String text(String text, SplittableRandom random) {
      return text;
    }
  };

  private static final int LONG = 5;
  private static final double SHARE = 0.2;

  @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
  private final @Nullable PictureChange change;

  Alteration() {
    this(null);
  }

  Alteration(@Nullable PictureChange change) {
    this.change = change;
  }

  /** What is done to a picture. */
  @FunctionalInterface
  private interface PictureChange {
    Pixels of(Pixels picture, SplittableRandom random);
  }

  /** As it is written in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether texts are altered. */
  boolean ofTexts() {
    return change == null;
  }

  /** Whether pictures are altered. */
  boolean ofPictures() {
    return change != null;
  }

  /**
   * A picture that shows the same otherwise.
   *
   * @param picture of any size, which it keeps
   * @param random decides
   */
  Pixels picture(Pixels picture, SplittableRandom random) {
    return change == null ? picture : change.of(picture, random);
  }

  /**
   * A text written otherwise.
   *
   * @param text not blank
   * @param random decides
   * @return not blank; the same where nothing in it can be altered
   */
  String text(String text, SplittableRandom random) {
    return Arrays.stream(text.split(" ", -1))
        .map(word -> word.isEmpty() ? word : word(word, random))
        .collect(Collectors.joining(" "));
  }

  /** A word between spaces written otherwise. */
  String word(String word, SplittableRandom random) {
    return word;
  }
}
