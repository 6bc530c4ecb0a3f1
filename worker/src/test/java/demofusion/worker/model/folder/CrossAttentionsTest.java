package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.model.adapter.AdapterShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers that IP-Adapters give the cross-attentions of full-size UNets. */
class CrossAttentionsTest {
  private static final String SDXL =
      """
      {"addition_embed_type": "text_time", "addition_time_embed_dim": 256,
       "attention_head_dim": [5, 10, 20], "block_out_channels": [320, 640, 1280],
       "cross_attention_dim": 2048, "projection_class_embeddings_input_dim": 2816,
       "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
       "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
       "transformer_layers_per_block": [1, 2, 10], "use_linear_projection": true}
      """;
  private static final String SD_15 = "{\"cross_attention_dim\": 768}";

  @Test
  void countsSdxlsDownThenUpThenTheMiddle() {
    CrossAttentions sdxl = of(SDXL);

    assertThat(sdxl.size()).isEqualTo(70);
    assertThat(range(sdxl, "down_blocks")).containsExactly(1, 47);
    assertThat(range(sdxl, "up_blocks")).containsExactly(49, 119);
    assertThat(range(sdxl, "mid_block")).containsExactly(121, 139);
    assertThat(range(sdxl, "up_blocks.0.attentions.1")).containsExactly(69, 87);
    assertThat(range(sdxl, "down_blocks.2.attentions.1")).containsExactly(29, 47);
  }

  @Test
  void countsThoseOfStableDiffusion1() {
    CrossAttentions sd15 = of(SD_15);

    assertThat(range(sd15, "down_blocks")).containsExactly(1, 11);
    assertThat(range(sd15, "up_blocks")).containsExactly(13, 29);
    assertThat(range(sd15, "mid_block")).containsExactly(31, 31);
  }

  @Test
  void computesTheMiddleBeforeTheWayUp() {
    List<CrossAttentions.Place> inOrder = of(SD_15).inOrder();

    assertThat(inOrder.get(0).transformer()).isEqualTo("down_blocks.0.attentions.0");
    assertThat(inOrder.get(6).transformer()).isEqualTo("mid_block.attentions.0");
    assertThat(inOrder.get(7).transformer()).isEqualTo("up_blocks.1.attentions.0");
    assertThat(inOrder.get(7).width()).isEqualTo(1280);
    assertThat(inOrder.get(15).width()).isEqualTo(320);
  }

  /** The first and the last number of those whose transformer's name begins so. */
  private static List<Integer> range(CrossAttentions all, String beginning) {
    List<Integer> numbers = new ArrayList<>();
    List<Integer> inFile = all.middleLast();
    for (int layer = 0; layer < inFile.size(); layer++) {
      if (all.inOrder().get(inFile.get(layer)).transformer().startsWith(beginning)) {
        numbers.add(AdapterShape.number(layer));
      }
    }
    return List.of(numbers.get(0), numbers.get(numbers.size() - 1));
  }

  private static CrossAttentions of(String config) {
    byte[] content = config.getBytes(StandardCharsets.UTF_8);
    return CrossAttentions.of(UnetConfig.read(ConfigFile.of(content, "unet/config.json"), 64));
  }
}
