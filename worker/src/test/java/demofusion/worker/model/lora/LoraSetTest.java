package demofusion.worker.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows where a LoRA meets the weights. */
class LoraSetTest {
  private static final ModelFolder MODEL = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final String MODULE = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q";
  private static final String STEM = "unet." + MODULE;

  @TempDir Path folder;

  private void assertRefused(CraftedLora crafted, String sentence) throws IOException {
    Path file = crafted.write(folder);
    List<LoraUse> uses = List.of(new LoraUse("style", "0".repeat(64), 0.5, 0.5));

    assertThatThrownBy(
            () -> {
              LoraSet set = LoraSet.ofUnet(MODEL, uses, hash -> file);
              set.touched().forEach(set::merged);
            })
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL);
              assertThat(e.userMessage()).isEqualTo(sentence);
            });
  }

  @Test
  void refusesTheBiasOfALayerWithoutOne() throws IOException {
    assertRefused(
        new CraftedLora().tensor(STEM + ".diff_b", 1, 32),
        "LoRA style changes the bias of unet." + MODULE + ", which has none");
  }

  @Test
  void refusesFiniteFactorsWhoseProductIsNot() throws IOException {
    String sentence =
        "LoRA style makes NaN or infinity in unet."
            + MODULE
            + ".weight at weight 0.5: use a smaller weight or another file";

    assertRefused(
        new CraftedLora()
            .tensor(STEM + ".lora_down.weight", 1e30f, 4, 32)
            .tensor(STEM + ".lora_up.weight", 1e30f, 32, 4),
        sentence);
    assertRefused(
        new CraftedLora()
            .pair(STEM, 32, 32)
            .metadata("lora_adapter_metadata", "{\"unet.lora_alpha\":1e300}"),
        "LoRA style has the alpha 1.0E300 for unet." + MODULE + "; it must be at most 65504");
  }
}
