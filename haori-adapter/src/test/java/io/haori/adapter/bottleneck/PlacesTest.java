package io.haori.adapter.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each family calls the layers that end attention and the feed-forward part. */
class PlacesTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          encoder.layer.0.attention.output.dense,          attention
          encoder.layer.0.output.dense,                    feed-forward
          encoder.layer.0.intermediate.dense,              neither
          encoder.layer.0.attention.self.query,            neither
          transformer.layer.3.attention.out_lin,           attention
          transformer.layer.3.ffn.lin2,                    feed-forward
          transformer.layer.3.ffn.lin1,                    neither
          layers.7.attn.Wo,                                attention
          layers.7.mlp.Wo,                                 feed-forward
          layers.7.mlp.Wi,                                 neither
          layers.0.self_attn.o_proj,                       attention
          layers.0.mlp.down_proj,                          feed-forward
          layers.0.mlp.up_proj,                            neither
          h.11.attn.c_proj,                                attention
          h.11.mlp.c_proj,                                 feed-forward
          h.11.attn.c_attn,                                neither
          encoder.layer.1.mlp.fc2,                         feed-forward
          encoder.layer.1.mlp.weights_out,                 feed-forward
          pooler.dense,                                    neither
          """)
  void layersAreFoundByTheNamesOfTheirFamily(String layer, String part) {
    assertThat(Places.HOULSBY.targets().matches(layer)).isEqualTo(!part.equals("neither"));
    assertThat(Places.PFEIFFER.targets().matches(layer)).isEqualTo(part.equals("feed-forward"));
  }
}
