package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class CropTest {
  private static final int PHASE_1 = 100;
  private static final PixelExtent SIZE = new PixelExtent(1000, 1000);

  @Test
  void showsWherePhase1HasMostToSee() {
    BufferedImage phase1 = new BufferedImage(PHASE_1, PHASE_1, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < 16; n++) {
      phase1.setRGB(80 + n % 4, 20 + n / 4, n % 2 == 0 ? 0xFFFFFF : 0);
    }

    Crop crop = Crop.busiest(phase1, SIZE);

    assertThat(crop.side()).isEqualTo(Crop.LARGEST);
    assertThat(crop.left()).isBetween(840 - Crop.LARGEST, 800);
    assertThat(crop.top()).isBetween(240 - Crop.LARGEST, 200);
  }

  @Test
  void isWithinThePicture_howeverSmallItIs() {
    BufferedImage phase1 = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);

    assertThat(Crop.busiest(phase1, new PixelExtent(64, 128))).isEqualTo(new Crop(0, 0, 64));
  }
}
