package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.UnetShape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The real SD 1.5 and SD 2.1, from their configurations: the published numbers of weights. */
class StableDiffusionCostTest {
  private static final Path MODELS = Path.of("..", "deploy", "models");
  private static final Architecture SD15 = read("sd-1.5");
  private static final Architecture SD21 = read("sd-2.1");

  private static Architecture read(String name) {
    return Architecture.read(ModelSource.of(MODELS.resolve(name)));
  }

  @Test
  void countsTheirParameters() {
    assertThat(UnetLayout.of(SD15.unet()).parameters()).isEqualTo(859_520_964L);
    assertThat(UnetLayout.of(SD21.unet()).parameters()).isEqualTo(865_910_724L);
    assertThat(TextTowerLayout.of(SD15.towers().get(0)).parameters()).isEqualTo(123_060_480L);
    assertThat(TextTowerLayout.of(SD21.towers().get(0)).parameters()).isEqualTo(340_387_840L);
    assertThat(SD15.vaeParameters()).isEqualTo(83_653_863L);
  }

  @Test
  void knowsTheirShapes_andWhatTheyCanBeTold() {
    assertThat(SD15.geometry())
        .isEqualTo(new ModelGeometry(64, 4, 8, unet(new ModelInputs(1, 11, false), 768)));
    assertThat(SD21.geometry())
        .isEqualTo(new ModelGeometry(96, 4, 8, unet(new ModelInputs(1, 22, false), 1024)));
    assertThat(SD15.geometry().nativeSide()).isEqualTo(512);
  }

  private static ModelInputs unet(ModelInputs inputs, int contextWidth) {
    List<Integer> outputs =
        List.of(320, 320, 320, 320, 640, 640, 640, 1280, 1280, 1280, 1280, 1280, 1280);
    return inputs.with(new UnetShape(contextWidth, outputs));
  }

  @Test
  void reckonsTheirHeads() {
    assertThat(SD15.unet().down()).extracting(UnetConfig.Block::heads).containsOnly(8);
    assertThat(SD21.unet().down())
        .extracting(UnetConfig.Block::heads)
        .containsExactly(5, 10, 20, 20);
  }

  /** Counters that hook layers see 339 GMAC in SD 1.5 at 64 by 64: they miss attention's two. */
  @Test
  void reckonsTheWorkOfOneForward() {
    double products =
        5 * 4 * 4096.0 * (4096 + 77) * 320
            + 5 * 4 * 1024.0 * (1024 + 77) * 640
            + 5 * 4 * 256.0 * (256 + 77) * 1280
            + 4 * 64.0 * (64 + 77) * 1280;

    double counted = UnetCost.of(SD15.unet()).flop(64, 64);

    assertThat(counted - products).isCloseTo(2 * 339e9, within(2 * 2e9));
  }

  @Test
  void neverNeedsFloat32InTheVae() {
    assertThat(SD15.vae().forceUpcast()).isFalse();
    assertThat(SD15.vae().latentScale()).containsOnly(0.18215f);
  }
}
