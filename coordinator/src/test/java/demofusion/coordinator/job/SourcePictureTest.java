package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.image.FittedPicture;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
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
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("worker-1");

      JobId job = fixture.accepted(request(png, STRENGTH));
      fixture.await(job, JobState.DONE);

      RenderSpec spec = startingFrom(png);
      assertThat(fixture.latent(job, spec))
          .isEqualTo(JobKeeperFixture.sequentially(spec))
          .isNotEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
      assertThat(fixture.folder(job).resolve("source.safetensors")).exists();
    }
  }

  @Test
  void resumesAfterARestart_withThePicture() throws IOException {
    byte[] png = png(90, 50);
    JobId job;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      job = fixture.accepted(request(png, STRENGTH));
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-1");
      later.await(job, JobState.DONE);

      RenderSpec spec = startingFrom(png);
      assertThat(later.latent(job, spec)).isEqualTo(JobKeeperFixture.sequentially(spec));
    }
  }

  @Test
  void refusesWhatIsNoPicture_andAStrengthWithoutOne() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      byte[] text = "a lighthouse".getBytes(StandardCharsets.UTF_8);

      assertThat(fixture.refused(request(text, STRENGTH)).userMessage())
          .contains("PNG")
          .hasLineCount(1);
      assertThat(fixture.refused(request(null, STRENGTH)).userMessage())
          .isEqualTo("strength 0.6 applies to a source image, and none is given");
      assertThat(fixture.list()).isEmpty();
    }
  }

  private static JobRequest request(byte @Nullable [] picture, double strength) {
    return new JobRequest(JobKeeperFixture.SPEC, null, false, 0, picture, strength, null);
  }

  private static RenderSpec startingFrom(byte[] png) {
    FittedPicture fitted =
        FittedPicture.read(
            png,
            RenderPlan.sourceSize(JobKeeperFixture.SPEC, Renders.SMALL),
            Limits.DEFAULT.sourcePixels());
    return JobKeeperFixture.SPEC.withSource(new SourcePicture(fitted.pixels(), STRENGTH));
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
