package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.latent.PixelExtent;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestPicturesTest {
  private static RenderSpec extended(Outpaint sides) {
    return RenderSpec.of("a boat", 1).toBuilder()
        .conditions(
            MaskedPictures.conditions(
                MaskedPictures.inpainting(
                    new PixelExtent(64, 64), null, 1, sides, InpaintArea.PICTURE, null)))
        .build();
  }

  @Test
  void refusesAPictureThatIsExtendedTooFar_beforeItIsMade() {
    Outpaint sides = Outpaint.parse("16384,16384,16384,16384");

    assertThatThrownBy(() -> RequestPictures.read(extended(sides), 40_000_000))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("outpaint 16384,16384,16384,16384 makes the picture 32832x32832")
        .hasMessageContaining("more than the 40000000 that are accepted");
    assertThatThrownBy(() -> RequestPictures.read(extended(sides)))
        .hasMessageContaining("more than the 100000000 that are accepted");
  }

  @Test
  void takesOneThatStaysSmall() {
    RenderSpec read = RequestPictures.read(extended(Outpaint.parse("0,0,64,64")), 64 * 192);

    assertThat(Objects.requireNonNull(read.conditions().inpainting()).picture().pixels())
        .isPresent();
  }
}
