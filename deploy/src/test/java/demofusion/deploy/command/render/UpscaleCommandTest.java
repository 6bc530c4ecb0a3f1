package demofusion.deploy.command.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before libtorch is looked for; what is written is in UpscaleCommandIT. */
class UpscaleCommandTest {
  private static final Path PICTURE = GoldenData.path("modes-runs/sr-x2.png"); // 256×256
  private static final Path UPSCALER = GoldenData.path("modes-runs/upscalers/rrdb-x4.safetensors");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  private int run(Object... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            false);
    String[] texts = new String[arguments.length + 1];
    texts[0] = "upscale";
    for (int n = 0; n < arguments.length; n++) {
      texts[n + 1] = arguments[n].toString();
    }
    return DemofusionCommand.commandLine(terminal).execute(texts);
  }

  private String words() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void refusesASmallerSize_andAnotherAspectRatio() {
    assertThat(run(PICTURE, "--upscaler", UPSCALER, "--size", "255x255")).isEqualTo(2);
    assertThat(words()).contains("size 255x255 must be at least the image's own, 256x256");

    assertThat(run(PICTURE, "--upscaler", UPSCALER, "--size", "1024x768")).isEqualTo(2);
    assertThat(words()).contains("give 1024x1024 or 768x768, or crop it first");
    assertThat(out.size()).isZero();
  }

  @Test
  void refusesWhatIsNoPicture_andNoUpscaler() throws IOException {
    assertThat(run(UPSCALER, "--upscaler", UPSCALER, "--size", "512x512")).isEqualTo(2);
    Path pth = folder.resolve("x4.pth");
    Files.write(pth, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 0});
    assertThat(run(PICTURE, "--upscaler", pth, "--size", "512x512")).isEqualTo(2);
    assertThat(words()).contains("is a .pth pickle, which could run code: convert it");
    Path missing = folder.resolve("missing.safetensors");
    assertThat(run(PICTURE, "--upscaler", missing, "--size", "512x512")).isEqualTo(2);
    assertThat(words()).contains("missing.safetensors does not exist");
  }

  @Test
  void refusesANameThatNothingIsWrittenUnder_andAFolderThatIsNotThere() {
    Object[] usual = {PICTURE, "--upscaler", UPSCALER, "--size", "512x512", "-o", "large.bmp"};
    assertThat(run(usual)).isEqualTo(2);
    assertThat(words()).contains("large.bmp must be a file name ending in .png");
    usual[6] = folder.resolve("none").resolve("large.png");
    assertThat(run(usual)).isEqualTo(2);
    assertThat(words()).contains("does not exist; create it first");
  }

  @Test
  void refusesMoreThanTheDiskHas_andASideThatIsNoPictures() {
    PixelExtent small = new PixelExtent(256, 256);
    PixelExtent wanted = new PixelExtent(2000, 2000);
    long bytes = 3L * (256 * 256 + 1024 * 1024 + 4096 * 4096 + 2000 * 2000);

    UpscaleDisk.require(small, 4, wanted, folder, any -> bytes);

    assertThatThrownBy(() -> UpscaleDisk.require(small, 4, wanted, folder, any -> bytes - 1))
        .hasMessageStartingWith("size 2000x2000 needs 62 MiB of disk")
        .hasMessageContaining("there are 62; choose a smaller size, or --output on another disk");
    assertThat(run(PICTURE, "--upscaler", UPSCALER, "--size", "200000x200000")).isEqualTo(2);
    assertThat(words()).contains("size 200000x200000 needs ");
    assertThat(run(PICTURE, "--upscaler", UPSCALER, "--size", "999999999x999999999")).isEqualTo(2);
    assertThat(words()).contains("262144");
  }

  @Test
  void wantsUpscalerAndSize() {
    assertThat(run(PICTURE, "--size", "512x512")).isEqualTo(2);
    assertThat(words()).contains("--upscaler");
    assertThat(run(PICTURE, "--upscaler", UPSCALER)).isEqualTo(2);
    assertThat(words()).contains("--size");
  }
}
