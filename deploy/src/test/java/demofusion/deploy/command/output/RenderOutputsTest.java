package demofusion.deploy.command.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderOutputsTest {
  private static final Phase ONLY =
      new Phase(1, new LatentExtent(1, 2), 1, Phase.Start.NOISE, Phase.Paths.WHOLE);
  private static final Tensor LATENT = new Tensor(new int[] {1, 1, 1, 2}, new float[] {3, 4});

  @TempDir Path folder;
  private Path job;
  private Path picture;

  @BeforeEach
  void aJobThatIsDone() throws IOException {
    job = Files.createDirectory(folder.resolve("cat.render"));
    picture = folder.resolve("cat.png");
    Files.writeString(job.resolve("image.png"), "picture");
    Files.writeString(job.resolve("phase-1.png"), "preview");
    SafetensorsFixture.write(
        job.resolve("phase-1.safetensors"), Map.of("phase1.final", LATENT), Map.of());
  }

  @Test
  void leavesPictureAndLatents_andNothingElse() throws IOException {
    Path latents = folder.resolve("cat.safetensors");

    new RenderOutputs(job, picture, PictureEncoder.PNG, latents)
        .publish(job.resolve("image.png"), List.of(ONLY));

    assertThat(folder).isDirectoryNotContaining(file -> !List.of(picture, latents).contains(file));
    assertThat(picture).hasContent("picture");
    assertThat(SafetensorsFile.open(latents).tensor("phase1.final")).isEqualTo(LATENT);
  }

  @Test
  void showsAPreviewBesideThePicture() {
    RenderOutputs outputs = new RenderOutputs(job, picture, PictureEncoder.PNG, null);

    Path shown = outputs.publishPreview(1, job.resolve("phase-1.png"));

    assertThat(shown).isEqualTo(folder.resolve("cat-phase1.png")).hasContent("preview");
  }

  @Test
  void writesPictureAndPreviewsInTheWantedFormat_withTheirSettings() throws IOException {
    Path png = job.resolve("drawn.png");
    try (OutputStream out = Files.newOutputStream(png)) {
      PixelRows rows = PixelRows.of(Tensor.zeros(3, 8, 16));
      PngWriter.write(out, rows, Map.of("parameters", "a cat\nSteps: 1, Seed: 2, Size: 16x8"));
    }
    Path jpeg = folder.resolve("cat.jpeg");
    PictureEncoder encoder = PictureEncoder.of(WrittenFormat.JPEG, 80);
    RenderOutputs outputs = new RenderOutputs(job, jpeg, encoder, null);

    Path shown = outputs.publishPreview(1, png);
    outputs.publish(png, List.of(ONLY));

    assertThat(shown).isEqualTo(folder.resolve("cat-phase1.jpeg"));
    assertThat(folder).isDirectoryNotContaining(file -> !List.of(jpeg, shown).contains(file));
    for (Path written : List.of(jpeg, shown)) {
      assertThat(ImageIO.read(written.toFile()).getWidth()).isEqualTo(16);
      assertThat(PictureText.read(written).get("parameters")).startsWith("a cat\nSteps: 1");
    }
  }

  @Test
  void leavesNoPart_whenAFileCannotBeWritten() throws IOException {
    Path latents = Files.createDirectories(folder.resolve("taken.safetensors").resolve("full"));
    RenderOutputs outputs =
        new RenderOutputs(job, picture, PictureEncoder.PNG, latents.getParent());

    assertThatThrownBy(() -> outputs.publish(job.resolve("image.png"), List.of(ONLY)))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORAGE));

    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(picture).doesNotExist();
  }
}
