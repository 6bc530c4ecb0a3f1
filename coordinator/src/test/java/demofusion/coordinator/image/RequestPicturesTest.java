package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.coordinator.diffusion.Steering;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
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

  /** Painted white on a layer with nothing else, as programs for drawing save it. */
  @Test
  void takesWhatIsTransparentInAMaskForWhatIsKept() throws IOException {
    BufferedImage layer = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    layer.setRGB(5, 3, 0xffffffff);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(layer, "png", png);
    RenderSpec spec =
        RenderSpec.of("a boat", 1).toBuilder()
            .conditions(
                MaskedPictures.conditions(
                    MaskedPictures.inpainting(
                        new PixelExtent(64, 64),
                        PictureBytes.of(png.toByteArray()),
                        1,
                        null,
                        InpaintArea.PICTURE,
                        null)))
            .build();

    Inpainting read = Objects.requireNonNull(RequestPictures.read(spec).conditions().inpainting());

    byte[] mask = Objects.requireNonNull(read.mask()).pixels().orElseThrow().values();
    byte[] expected = new byte[64 * 64];
    expected[3 * 64 + 5] = (byte) 255;
    assertThat(mask).isEqualTo(expected);
  }

  @Test
  void refusesAStripAsReferencePicture() {
    AdapterUse strip = AdapterUse.of(NamedNetwork.named("plus"), List.of(Steering.picture(202, 2)));
    RenderSpec spec =
        RenderSpec.of("a boat", 1).toBuilder()
            .conditions(new ConditionSettings(List.of(), List.of(strip), null))
            .build();

    assertThatThrownBy(() -> RequestPictures.read(spec, 40_000_000))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the picture of IP-Adapter plus has 202x2 pixels")
        .hasMessageContaining("neither more than 100 times the other");
  }

  @Test
  void takesOneThatStaysSmall() {
    RenderSpec read = RequestPictures.read(extended(Outpaint.parse("0,0,64,64")), 64 * 192);

    assertThat(Objects.requireNonNull(read.conditions().inpainting()).picture().pixels())
        .isPresent();
  }
}
