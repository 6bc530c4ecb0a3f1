package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import org.junit.jupiter.api.Test;

class UpscaleRoomTest {
  private static final long GIBIBYTE = 1L << 30;

  /** Of 4 times, with its margins: 1280² pixels of 3 floats, twice. */
  private static final long TILE = 2 * 12 * 1280 * 1280;

  private final UpscaleRoom room = new UpscaleRoom(GIBIBYTE);

  private static RenderPlan plan(RenderMethod method, int side) {
    RenderSpec spec =
        Renders.spec().size(side, side).build().toBuilder()
            .method(method)
            .methodSettings(
                MethodSettings.NONE.withUpscaler(new UpscalerUse("x4", "ab".repeat(32), 4)))
            .build();
    return Renders.plan(spec, Renders.SMALL);
  }

  @Test
  void letsASixthOfTheHeapBeOnItsWay_butNeverASingleTile() {
    assertThat(room.tiles(4)).isEqualTo(GIBIBYTE / 6 / TILE).isGreaterThan(2);
    assertThat(new UpscaleRoom(100).tiles(4)).isEqualTo(2);
  }

  @Test
  void isCountedForMethodSrAlone() {
    assertThat(room.bytes(plan(RenderMethod.DETAIL, 256))).isZero();
    assertThat(room.bytes(plan(RenderMethod.SR, 256))).as("64 pixels, one tile").isEqualTo(TILE);
    assertThat(room.bytes(plan(RenderMethod.SR, 4096)))
        .as("1, 1 and 16 tiles")
        .isEqualTo(room.tiles(4) * TILE);
  }
}
