package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderProgress;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.worker.model.synthetic.SyntheticModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part of a picture drawn anew by a farm: both sides as they are, a synthetic model between. */
class InpaintingFarmTest {
  private static final int WIDTH = 187;
  private static final int HEIGHT = 131;
  private static final int MASK_LEFT = 60;
  private static final int MASK_TOP = 40;
  private static final int MASK_SIDE = 24;

  /** r of the standard ramp, which widens the mask, and blurs as far again. */
  private static final int RAMP = 2 * 10;

  @TempDir Path folder;
  private ActorFarm farm;

  @BeforeEach
  void start() {
    farm = new ActorFarm(folder);
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void givesTheSequentialWaysBits_whateverTheNumberOfWorkers(int workers) throws IOException {
    SyntheticModel model = farm.work(workers, ActorFarm.SETTINGS.withLanes(2));
    RenderSpec spec = spec(InpaintArea.PICTURE);

    assertThat(farm.render(spec).event()).isInstanceOf(RenderEvent.Finished.class);

    List<PhaseResult> alone = SequentialWay.phases(spec, model);
    for (PhaseResult phase : alone) {
      assertThat(farm.latent(phase.phase().number())).isEqualTo(phase.latent().samples());
    }
    assertThat(alone).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "masked"})
  void keepsWhatIsOutsideTheRampByteForByte(String area) throws IOException {
    farm.work(2, ActorFarm.SETTINGS.withLanes(2));

    RenderEvent last = farm.render(spec(InpaintArea.parse(area))).event();

    BufferedImage drawn = ImageIO.read(((RenderEvent.Finished) last).image().toFile());
    assertThat(drawn.getWidth()).isEqualTo(WIDTH);
    assertThat(drawn.getHeight()).isEqualTo(HEIGHT);
    BufferedImage original = picture();
    int changed = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (apart(x, MASK_LEFT) > RAMP || apart(y, MASK_TOP) > RAMP) {
          assertThat(drawn.getRGB(x, y)).as("%s, %s", x, y).isEqualTo(original.getRGB(x, y));
        } else if (drawn.getRGB(x, y) != original.getRGB(x, y)) {
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(MASK_SIDE * MASK_SIDE / 2);
  }

  private static int apart(int pixel, int from) {
    return Math.max(from - pixel, pixel - (from + MASK_SIDE - 1));
  }

  @Test
  void progressCountsWhatIsDrawn() throws IOException {
    SyntheticModel model = farm.work(2, ActorFarm.SETTINGS.withLanes(2));
    RenderSpec spec = spec(InpaintArea.PICTURE);
    RenderPlan plan = RenderPlan.of(spec, model.card().geometry(), model.card().scheduler());

    ActorFarm.End drawn = farm.render(spec);

    assertThat(drawn.event()).isInstanceOf(RenderEvent.Finished.class);
    RenderProgress end = Objects.requireNonNull(drawn.progress());

    long all =
        plan.phases().stream()
            .mapToLong(
                phase ->
                    (long) plan.evaluations(phase)
                        * (plan.localViews(phase) + plan.dilatedViews(phase)))
            .sum();
    assertThat(end.pictureTiles()).isEqualTo(plan.guidedViews()).isLessThan(all);
    assertThat(Math.round(end.pictureTilesDone())).isEqualTo(end.pictureTiles());
    assertThat(end.tilesDone()).isEqualTo(end.tiles());
    assertThat(end.workLeft()).isLessThan(0.1);
  }

  private static RenderSpec spec(InpaintArea area) throws IOException {
    Inpainting inpainting =
        new Inpainting(
            PictureBytes.of(png(picture())),
            PictureBytes.of(png(mask())),
            1,
            null,
            null,
            area,
            area == InpaintArea.MASKED ? 24 : null);
    return RequestPictures.read(
        RenderSpec.of("a lighthouse", 7).toBuilder()
            .steps(3)
            .unit(ViewBatchSize.ofViews(4))
            .conditions(ConditionSettings.NONE.withInpainting(inpainting))
            .build());
  }

  /** Its sides are no whole latent samples. */
  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < WIDTH * HEIGHT; n++) {
      int x = n % WIDTH;
      int y = n / WIDTH;
      image.setRGB(
          x, y, (x * 255 / WIDTH) << 16 | (y * 255 / HEIGHT) << 8 | (x / 9 + y / 9) % 2 * 90);
    }
    return image;
  }

  private static BufferedImage mask() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = MASK_TOP; y < MASK_TOP + MASK_SIDE; y++) {
      for (int x = MASK_LEFT; x < MASK_LEFT + MASK_SIDE; x++) {
        image.getRaster().setSample(x, y, 0, 255);
      }
    }
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
