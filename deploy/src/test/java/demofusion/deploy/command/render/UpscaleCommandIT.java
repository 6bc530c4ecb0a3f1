package demofusion.deploy.command.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.image.PictureText;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.GoldenData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demofusion upscale} with a network in libtorch. */
class UpscaleCommandIT {
  @TempDir Path folder;

  @Test
  void writesTheLargerPicture_andWhatItWasMadeWith() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream words = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Path large = folder.resolve("large.png");

    int code =
        DemofusionCommand.commandLine(
                new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), words, 0, false))
            .execute(
                "upscale",
                GoldenData.path("modes-runs/regions-image.png").toString(), // 96×128
                "--upscaler",
                GoldenData.path("modes-runs/upscalers/rrdb-x2.safetensors").toString(),
                "--size",
                "150x200",
                "--output",
                large.toString(),
                "--device",
                "cpu",
                "--json");

    assertThat(code).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(result.get("picture").asText()).isEqualTo(large.toString());
    assertThat(result.get("width").asInt()).isEqualTo(150);
    BufferedImage picture = ImageIO.read(large.toFile());
    assertThat(picture.getWidth()).isEqualTo(150);
    assertThat(picture.getHeight()).isEqualTo(200);
    assertThat(PictureText.read(large).get("DemoFusion upscaled"))
        .startsWith("from 96x128 by rrdb-x2.safetensors, SHA-256 ")
        .endsWith(result.get("upscalerHash").asText());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(large);
    }
  }
}
