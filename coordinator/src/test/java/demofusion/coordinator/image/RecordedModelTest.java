package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.Precision;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A model in a picture's text: a single file by the hash that other programs know it by. */
class RecordedModelTest {
  private static final String OURS = "0123456789abcdef";

  @Test
  void aFileHasTheHashOfItsBytes_andOursBesideIt() {
    assertThat(settings("fedcba9876543210"))
        .containsEntry("Model hash", "fedcba9876")
        .containsEntry("Model", "toy")
        .containsEntry("DemoFusion model hash", "0123456789");
  }

  @Test
  void aFolderHasOursAlone() {
    assertThat(settings(null))
        .containsEntry("Model hash", "0123456789")
        .doesNotContainKey("DemoFusion model hash");
  }

  @Test
  void recordsFastAccumulation_soThatItIsDrawnAgainWithIt() {
    Map<String, String> settings = settings(null, Precision.FLOAT16_FAST_ACCUMULATION);

    assertThat(settings).containsEntry("Precision", "float16-fast-accumulation");
  }

  private static Map<String, String> settings(@Nullable String fileHash) {
    return settings(fileHash, Precision.FLOAT32);
  }

  private static Map<String, String> settings(@Nullable String fileHash, Precision precision) {
    ModelCard card =
        new ModelCard(
            "toy",
            OURS,
            Renders.SMALL,
            Renders.EULER,
            precision,
            "cpu",
            ModelSettings.NONE,
            fileHash,
            "");
    GenerationParameters written =
        RecordedSettings.of(Renders.plan(Renders.spec().build(), Renders.SMALL), ModelId.of(card));
    return GenerationParameters.parse(written.toText()).settings();
  }
}
