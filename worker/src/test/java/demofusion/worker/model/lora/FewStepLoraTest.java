package demofusion.worker.model.lora;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Crafted files in the names of few-step LoRAs, whose weights are not to be had here:
 * SDXL-Lightning and Hyper-SD (rank 64, alpha 8), LCM-LoRA (alpha as large as the rank,
 * convolutions too).
 */
class FewStepLoraTest {
  private static final ModelFolder MODEL = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final int RANK = 64;

  @TempDir Path folder;

  private float firstChange(CraftedLora crafted, String tensor, double weight) throws IOException {
    Path file = crafted.write(folder);
    LoraUse use = new LoraUse("few-steps", "0".repeat(64), weight, weight);
    LoraSet base = LoraSet.ofUnet(MODEL, List.of(), hash -> file);
    LoraSet set = LoraSet.ofUnet(MODEL, List.of(use), hash -> file);

    assertThat(set.touched()).containsExactly(tensor);
    return set.merged(tensor)[0] - base.merged(tensor)[0];
  }

  @ParameterizedTest
  @CsvSource({"8, 1, 0.08", "64, 1, 0.64", "8, 0.5, 0.04"})
  void scalesAttentionByAlphaOverRank(float alpha, double weight, float change) throws IOException {
    String stem = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_out_0";
    CraftedLora crafted =
        new CraftedLora()
            .tensor(stem + ".lora_down.weight", 0.1f, RANK, 32)
            .tensor(stem + ".lora_up.weight", 0.1f, 32, RANK)
            .alpha(stem, alpha);

    assertThat(
            firstChange(
                crafted,
                "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0.weight",
                weight))
        .isEqualTo(change, Offset.offset(1e-5f));
  }

  @Test
  void changesConvolutionsAndTheTimesProjection() throws IOException {
    String convolution = "lora_unet_down_blocks_0_resnets_0_conv1";
    CraftedLora kernel =
        new CraftedLora()
            .tensor(convolution + ".lora_down.weight", 0.1f, RANK, 16, 3, 3)
            .tensor(convolution + ".lora_up.weight", 0.1f, 16, RANK, 1, 1)
            .alpha(convolution, RANK);
    String downsampler = "lora_unet_down_blocks_0_downsamplers_0_conv";
    CraftedLora sampler =
        new CraftedLora()
            .tensor(downsampler + ".lora_down.weight", 0.1f, RANK, 16, 3, 3)
            .tensor(downsampler + ".lora_up.weight", 0.1f, 16, RANK, 1, 1)
            .alpha(downsampler, RANK);

    assertThat(firstChange(kernel, "down_blocks.0.resnets.0.conv1.weight", 1))
        .isEqualTo(0.64f, Offset.offset(1e-5f));
    assertThat(firstChange(sampler, "down_blocks.0.downsamplers.0.conv.weight", 1))
        .isEqualTo(0.64f, Offset.offset(1e-5f));
  }
}
