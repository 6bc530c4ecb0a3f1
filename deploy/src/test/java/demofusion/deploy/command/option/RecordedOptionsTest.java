package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedOptionsTest {
  private static final String OURS =
      "a fox\nSteps: 2, Sampler: Euler, Seed: 5, Size: 64x64, Model hash: 0123456789, Model: m,"
          + " Precision: float32, DemoFusion method: demofusion";

  @TempDir Path folder;

  @Test
  void saysInOneLineWhatIsLeftOut() throws IOException {
    RecordedOptions recorded =
        read(
            "a fox <lora:fur:1>\n"
                + "Steps: 2, Sampler: DPM++ 2M, Schedule type: Karras, Seed: 5, Size: 64x64,"
                + " Clip skip: 2, Model hash: 31e35c80fc, Model: sd_xl_base_1.0");
    List<String> said = new ArrayList<>();

    recorded.sayLeftOut("a.png", said::add);

    assertThat(said)
        .containsExactly("--from a.png: not taken over: LoRA fur (1), Model sd_xl_base_1.0");
    assertThat(recorded.options())
        .containsEntry("--scheduler", "dpmpp-2m-karras")
        .containsEntry("--clip-skip", "2");
    assertThat(recorded.prompt()).isEqualTo("a fox");
    assertThat(recorded.modelHash()).as("another program's").isEmpty();
  }

  @Test
  void leavesWhatAMethodTookOfItself_toThatMethod() throws IOException {
    RecordedOptions recorded =
        read(
            "a fox\nSteps: 2, Sampler: Euler, Seed: 5, Size: 64x64, Model hash: 0123456789, Model: m,"
                + " Precision: float32, DemoFusion method: detail, DemoFusion stride: 24,"
                + " DemoFusion phase strength: 0.4, DemoFusion window weights: cosine");
    assertThat(recorded.options()).containsKeys("--stride", "--phase-strength", "--window-weights");

    assertThat(recorded.under(option -> false)).isEqualTo(recorded);
    assertThat(recorded.under("--method"::equals).options())
        .doesNotContainKeys("--stride", "--phase-strength", "--window-weights")
        .containsEntry("--steps", "2");
    assertThat(recorded.under("--strength"::equals).options())
        .doesNotContainKey("--phase-strength")
        .containsKeys("--stride", "--window-weights");
    RecordedOptions asked = read(OURS + ", DemoFusion stride: 24");
    assertThat(asked.under("--method"::equals)).isEqualTo(asked);
  }

  @Test
  void saysNothingOfOurOwn() throws IOException {
    RecordedOptions recorded = read(OURS);
    List<String> said = new ArrayList<>();

    recorded.sayLeftOut("a.png", said::add);

    assertThat(said).isEmpty();
    assertThat(recorded.modelHash()).isEqualTo("0123456789");
  }

  @Test
  void saysThatADetailOfALargeImage_isDrawnAgainWhereThatImageIs() throws IOException {
    String repaired = OURS + ", DemoFusion repaired area: 64x48 at 300+200 of 16384x12000";
    List<String> said = new ArrayList<>();

    assertThatThrownBy(() -> read(repaired))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("a repaired detail, 64x48 at 300+200 of 16384x12000")
        .hasMessageContaining("the same mask and padding");
    read(repaired, true).sayLeftOut("a.png", said::add); // on another image

    assertThat(said.get(0))
        .contains("the area that was repaired, 64x48 at 300+200 of 16384x12000", "/repair");
  }

  @Test
  void asksForOurOwnSource_butNotForAnotherPrograms() throws IOException {
    String source = ", DemoFusion source picture: abc, Denoising strength: 0.5";

    assertThatThrownBy(() -> read(OURS + source))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("give that with --image");
    assertThat(read("a fox\nSteps: 2, Seed: 5, Size: 64x64, Denoising strength: 0.5").options())
        .doesNotContainKey("--strength");
  }

  @Test
  void asksForPicturesThatItDoesNotContain() throws IOException {
    RecordedOptions canny =
        read(
            OURS
                + ", DemoFusion ControlNets: \"[{\\\"name\\\":\\\"canny\\\",\\\"image\\\":"
                + "\\\"sha256:0a\\\"}]\", DemoFusion network hashes: \"canny: 0123456789ab\"");
    RecordedOptions mask = read(OURS + ", DemoFusion mask: \"sha256:0b\"");

    assertThat(canny.networks()).isEqualTo("canny: 0123456789ab");
    assertThatThrownBy(() -> canny.under(option -> false))
        .hasMessageContaining("was drawn with pictures that it does not contain")
        .hasMessageContaining("sha256:0a")
        .hasMessageEndingWith("give them with --controlnet");
    assertThat(canny.under("--controlnets"::equals).options()).doesNotContainKey("--controlnets");
    assertThat(canny.under("--controlnet"::equals)).isNotNull();
    assertThatThrownBy(() -> mask.under(option -> false)).hasMessageEndingWith("with --mask");
    assertThat(mask.under("--mask"::equals)).isNotNull();
  }

  @Test
  void takesOverAControlNet_thatFollowsThePhaseBefore() throws IOException {
    String tile = "[{\"name\":\"tile\",\"image\":\"phase\"}]";
    RecordedOptions recorded =
        read(OURS + ", DemoFusion ControlNets: \"" + tile.replace("\"", "\\\"") + "\"");

    assertThat(recorded.under(option -> false).options()).containsEntry("--controlnets", tile);
    assertThat(recorded.under("--controlnet"::equals).options()).doesNotContainKey("--controlnets");
  }

  @Test
  void refusesATextWithoutSettings() {
    assertThatThrownBy(() -> read("a lighthouse at sunset"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("contains no settings")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesJsonThatIsNotKnown_namingSomeOfIt() {
    assertThatThrownBy(() -> read("{\"cfg\": 7}"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("has settings of a program that is not known here (JSON with cfg)");
  }

  private RecordedOptions read(String text) throws IOException {
    return read(text, false);
  }

  private RecordedOptions read(String text, boolean otherSource) throws IOException {
    Path picture = folder.resolve("a.png");
    try (OutputStream out = Files.newOutputStream(picture)) {
      PngWriter.write(out, PixelRows.of(Tensor.zeros(3, 16, 16)), Map.of("parameters", text));
    }
    return RecordedOptions.read(picture, false, otherSource);
  }
}
