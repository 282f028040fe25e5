package io.haori.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnreadPicturesTest {
  private static final String NONE = ": must be a picture (PNG, JPEG, BMP or TIFF), is none";

  private static Picture sent(String name, String content) {
    return new Picture.Content(name, content.getBytes(StandardCharsets.UTF_8), 99);
  }

  private static String problem(List<Picture> pictures) {
    return UnreadPictures.among(pictures).map(UserError::getMessage).orElse("");
  }

  @Test
  void allAreNamedInTheirOrderEachWithItsProblem() {
    assertThat(
            problem(
                List.of(
                    sent("a", "text"),
                    new Picture.Decoded(Pixels.of(2, 2, new byte[12])),
                    sent("b", ""),
                    sent("c", "GIF89a"))))
        .isEqualTo(
            "a"
                + NONE
                + "; b: must be a picture, but is empty; c: must be PNG, JPEG, BMP or TIFF, is"
                + " GIF");
  }

  @Test
  void noneIsNamedWhereAllCanBeRead() {
    assertThat(problem(List.of(new Picture.Decoded(Pixels.of(2, 2, new byte[12]))))).isEmpty();
    assertThat(problem(List.of())).isEmpty();
  }

  @Test
  void ofMoreThanTenTheOthersAreCounted() {
    List<Picture> twelve = new ArrayList<>(Collections.nCopies(12, sent("x", "text")));

    assertThat(problem(twelve))
        .startsWith("x" + NONE + "; x" + NONE)
        .endsWith("; 2 other pictures cannot be read either");
    assertThat(problem(twelve.subList(0, 11)))
        .endsWith("; one other picture cannot be read either");
    assertThat(problem(twelve.subList(0, 10))).doesNotContain("either");
  }
}
