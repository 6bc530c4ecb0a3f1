package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.image.FittedPicture;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that start from a picture. */
@ExtendWith(LogCapturingExtension.class)
class SourcePictureTest {
  private static final double STRENGTH = 0.6;

  @TempDir Path folder;

  @Test
  void drawsOnFromThePicture_toTheBitsOfTheSequentialWay() throws IOException {
    byte[] png = png(90, 50);
    try (Office office = Office.open(folder)) {
      office.addDiligent("worker-1");

      JobId job = office.accepted(order(png, STRENGTH));
      office.await(job, JobState.DONE);

      RenderSpec spec = startingFrom(png);
      assertThat(office.latent(job, spec))
          .isEqualTo(Office.sequentially(spec))
          .isNotEqualTo(Office.sequentially(Office.SPEC));
      assertThat(office.folder(job).resolve("source.safetensors")).exists();
    }
  }

  @Test
  void goesOnAfterARestart_withThePicture() throws IOException {
    byte[] png = png(90, 50);
    JobId job;
    try (Office office = Office.open(folder)) {
      job = office.accepted(order(png, STRENGTH));
    }

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-1");
      later.await(job, JobState.DONE);

      RenderSpec spec = startingFrom(png);
      assertThat(later.latent(job, spec)).isEqualTo(Office.sequentially(spec));
    }
  }

  @Test
  void refusesWhatIsNoPicture_andAStrengthWithoutOne() {
    try (Office office = Office.open(folder)) {
      byte[] text = "a lighthouse".getBytes(StandardCharsets.UTF_8);

      assertThat(office.refused(order(text, STRENGTH)).sentence()).contains("PNG").hasLineCount(1);
      assertThat(office.refused(order(null, STRENGTH)).sentence())
          .isEqualTo("strength 0.6 is for a picture to start from, and there is none");
      assertThat(office.list()).isEmpty();
    }
  }

  private static Order order(byte @Nullable [] picture, double strength) {
    return new Order(Office.SPEC, null, false, 0, picture, strength, null);
  }

  private static RenderSpec startingFrom(byte[] png) {
    FittedPicture fitted =
        FittedPicture.read(
            png, RenderPlan.sourceSize(Office.SPEC, Renders.SMALL), Limits.DEFAULT.sourcePixels());
    return Office.SPEC.withSource(new SourcePicture(fitted.pixels(), STRENGTH));
  }

  private static byte[] png(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = image.createGraphics();
    drawing.setColor(Color.ORANGE);
    drawing.fillRect(0, 0, width / 2, height);
    drawing.setColor(Color.BLUE);
    drawing.fillOval(width / 3, height / 3, width / 2, height / 2);
    drawing.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
