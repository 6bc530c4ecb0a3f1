package demofusion.deploy.command.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeNoteTest {
  private static final ResumeNote NOTE =
      new ResumeNote(
          "/models/one",
          "fp16",
          null,
          null,
          "cpu",
          null,
          "/pictures/a.webp",
          80,
          null,
          Map.of("lora", List.of("/loras/style.safetensors")));

  @TempDir Path folder;

  @Test
  void comesBackAsItWas() {
    NOTE.write(folder);

    assertThat(ResumeNote.read(folder)).isEqualTo(NOTE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[1]",
        "{\"model\":\"/m\",\"device\":\"cpu\"}",
        "{\"model\":\"/m\",\"device\":\"cpu\",\"picture\":\"\"}",
        "{\"model\":\"/m\",\"device\":\"cpu\",\"picture\":\"/\"}",
        "{\"model\":\"/m\",\"device\":\"cpu\",\"picture\":\"a.png\"}"
      })
  void refusesWhatIsNoNote(String json) throws IOException {
    Files.writeString(folder.resolve("command.json"), json);

    assertThatThrownBy(() -> ResumeNote.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("is not the folder of an interrupted render");
  }
}
