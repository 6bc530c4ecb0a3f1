package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.Phase;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    new RenderOutputs(job, picture, latents).publish(job.resolve("image.png"), List.of(ONLY));

    assertThat(folder).isDirectoryNotContaining(file -> !List.of(picture, latents).contains(file));
    assertThat(picture).hasContent("picture");
    assertThat(SafetensorsFile.open(latents).tensor("phase1.final")).isEqualTo(LATENT);
  }

  @Test
  void showsAPreviewBesideThePicture() {
    RenderOutputs outputs = new RenderOutputs(job, picture, null);

    Path shown = outputs.publishPreview(ONLY, job.resolve("phase-1.png"));

    assertThat(shown).isEqualTo(folder.resolve("cat-phase1.png")).hasContent("preview");
  }

  @Test
  void leavesNoPart_whenAFileCannotBeWritten() throws IOException {
    Path latents = Files.createDirectories(folder.resolve("taken.safetensors").resolve("full"));
    RenderOutputs outputs = new RenderOutputs(job, picture, latents.getParent());

    assertThatThrownBy(() -> outputs.publish(job.resolve("image.png"), List.of(ONLY)))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORAGE));

    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(picture).doesNotExist();
  }
}
