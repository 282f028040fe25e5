package io.haori.inference.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.model.image.Pixels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PixelStoreTest {
  @TempDir Path folder;

  private static Pixels picture(int value) {
    byte[] rgb = new byte[3 * 2 * 4];
    java.util.Arrays.fill(rgb, (byte) value);
    return Pixels.of(2, 4, rgb);
  }

  @Test
  void fewAreKeptInMemoryAndMoreInAFile() {
    for (long most : new long[] {72, 71}) {
      PixelStore store = PixelStore.of(3, 2, 4, most, folder);

      store.put(2, picture(200));

      assertThat(store)
          .isInstanceOf(most == 72 ? PixelStore.InMemory.class : PixelStore.InFile.class);
      assertThat(store.get(2)).isEqualTo(picture(200));
      assertThat(store.get(1)).isNull();
    }
  }

  @Test
  void moreThanThereIsRoomForAreNotKept() {
    PixelStore store = PixelStore.of(Integer.MAX_VALUE, 1 << 14, 1 << 14, 1 << 20, folder);

    store.put(7, picture(1));

    assertThat(store.get(7)).isNull();
  }
}
