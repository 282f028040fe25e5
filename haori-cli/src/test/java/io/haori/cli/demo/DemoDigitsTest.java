package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDigitsTest {
  private static final int EACH = 601;

  @TempDir Path folder;

  /** Ten classes of pictures, each with a number of its own in its first pixels. */
  private static Map<String, List<byte[]>> digits() {
    Map<String, List<byte[]>> digits = new TreeMap<>();
    for (int digit = 0; digit < 10; digit++) {
      List<byte[]> pictures = new ArrayList<>();
      for (int i = 0; i < EACH; i++) {
        byte[] greys = new byte[DigitArchive.SIDE * DigitArchive.SIDE];
        greys[0] = (byte) i;
        greys[1] = (byte) (i >> 8);
        pictures.add(greys);
      }
      digits.put(String.valueOf(digit), pictures);
    }
    return digits;
  }

  @Test
  void digitsThatNoDomainHasMakeABase() {
    List<DemoDomain> written = DemoDigits.write(folder, 40, 1, digits(), one -> {});

    assertThat(written).extracting(DemoDomain::name).isEqualTo(DemoDigits.FOLDERS);
    Dataset base = Dataset.read(folder.resolve("base"));
    assertThat(base.train().rows()).hasSize(10 * EACH - 5 * 840 - 800);
    assertThat(base.test().rows()).hasSize(600);
    Dataset plain = Dataset.read(folder.resolve("plain"));
    assertThat(plain.train().rows()).hasSize(40);
    List<String> used = names(base);
    used.addAll(names(plain));
    assertThat(used).doesNotHaveDuplicates();
  }

  private static List<String> names(Dataset data) {
    List<String> names = new ArrayList<>();
    for (Split split : Split.values()) {
      for (Row row : data.split(split).rows()) {
        names.add(row.text().substring(row.text().indexOf('/')));
      }
    }
    return names;
  }

  @Test
  void moreThanTheDigitsAllowIsRefused() {
    assertThatThrownBy(() -> DemoDigits.write(folder, 43, 1, digits(), one -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage("--train-rows must be in [40, 42], got 43");
  }
}
