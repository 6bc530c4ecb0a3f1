package demofusion.coordinator.image.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestPixelsTest {
  private static final byte[] START = Steering.picture(9, 7).file();

  private static RenderSpec spec(ConditionSettings conditions, RegionSettings regions) {
    return Renders.spec().build().toBuilder().conditions(conditions).regions(regions).build();
  }

  @Test
  void countsEveryPictureOfARequest() {
    Inpainting asked =
        new Inpainting(
            Steering.picture(50, 40),
            Steering.picture(25, 20),
            1,
            null,
            null,
            InpaintArea.PICTURE,
            null);
    ConditionSettings conditions =
        new ConditionSettings(
            List.of(Steering.on(Steering.picture(128, 64)), Steering.onPhase()),
            List.of(Steering.adapter(1, null)),
            asked);
    RegionSettings regions =
        new RegionSettings(
            List.of(
                new Region(
                    null,
                    RegionMask.of(Steering.picture(30, 10).file()),
                    "a boat",
                    null,
                    null,
                    null)),
            0);

    assertThat(RequestPixels.of(spec(conditions, regions), START))
        .isEqualTo(128 * 64 + 40 * 30 + 50 * 40 + 25 * 20 + 30 * 10 + 9 * 7);
  }

  @Test
  void countsAPictureOnce_whoeverUsesIt() {
    ConditionSettings twice =
        new ConditionSettings(
            List.of(
                Steering.on(Steering.picture(128, 64)),
                Steering.union("canny", Steering.picture(128, 64))),
            List.of(),
            null);

    assertThat(RequestPixels.of(spec(twice, RegionSettings.NONE), null)).isEqualTo(128 * 64);
    assertThat(RequestPixels.of(spec(ConditionSettings.NONE, RegionSettings.NONE), null)).isZero();
  }

  @Test
  void refusesWhatIsNoPicture() {
    RenderSpec spec = spec(ConditionSettings.NONE, RegionSettings.NONE);

    assertThatThrownBy(() -> RequestPixels.of(spec, new byte[40]))
        .isInstanceOf(DemofusionException.class);
  }
}
