package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a picture's text says of the detail of it that was drawn anew. */
class RecordedRepairTest {
  private static final ModelId MODEL =
      new ModelId(
          new ModelKind("0123456789abcdef", Precision.FLOAT32, "cpu"),
          new ModelSource("toy", null, null));
  private static final Inpainting PART =
      MaskedPictures.rectangle(new PixelExtent(64, 48), 16, 16, 16, 16, 1);

  private static Map<String, String> settings(Inpainting inpainting) {
    RenderPlan plan =
        Renders.plan(
            Renders.spec().build().toBuilder()
                .size(null)
                .conditions(ConditionSettings.NONE.withInpainting(inpainting))
                .build(),
            Renders.SMALL);
    return GenerationParameters.parse(RecordedSettings.of(plan, MODEL).toText()).settings();
  }

  /** Where it is, and not whose: equal pictures have equal bytes. */
  @Test
  void saysWhereADetailLies_thatWasCutOutOfALargeImage() {
    PictureCut cut = new PictureCut(new JobId("large"), new PixelExtent(16384, 12000), 200, 300);

    Map<String, String> settings = settings(PART.withCut(cut));

    assertThat(settings)
        .containsEntry("DemoFusion repaired area", "64x48 at 300+200 of 16384x12000")
        .containsEntry("Size", "16384x12000");
    assertThat(settings.toString()).doesNotContain("large");
  }

  @Test
  void saysNothing_whereAPictureIsRepairedWhole() {
    assertThat(settings(PART)).doesNotContainKey("DemoFusion repaired area");
  }
}
