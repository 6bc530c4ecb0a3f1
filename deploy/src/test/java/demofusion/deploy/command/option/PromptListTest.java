package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptListTest {
  @Test
  void readsOnePromptALine_fromStandardInput() {
    InputStream stdin = stdin("\uFEFFa calm lake\n\n  a pine forest \r\nein grüner Hügel");

    assertThat(PromptList.read(null, "-", stdin))
        .containsExactly("a calm lake", "a pine forest", "ein grüner Hügel");
  }

  @Test
  void takesAnEmptyPromptAsItIs_fromTheCommandLine() {
    assertThat(PromptList.read("", null, stdin(""))).containsExactly("");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    InputStream latin1 = new ByteArrayInputStream("grün".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> PromptList.read(null, "-", latin1))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("--prompts - is not UTF-8 text");
  }

  @Test
  void saysWhatToDo_whenThereIsNothingToDraw(@TempDir Path folder) {
    assertThatThrownBy(() -> PromptList.read(null, null, stdin("")))
        .hasMessageStartingWith("no prompt given");
    assertThatThrownBy(() -> PromptList.read("a", "-", stdin("b")))
        .hasMessageContaining("both given");
    assertThatThrownBy(() -> PromptList.read(null, "-", stdin("\n\n")))
        .hasMessageContaining("contains no prompt");
    assertThatThrownBy(() -> PromptList.read(null, folder.resolve("no").toString(), stdin("")))
        .hasMessageEndingWith("does not exist");
    assertThatThrownBy(() -> PromptList.read(null, folder.toString(), stdin("")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("cannot be read");
  }

  private static InputStream stdin(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
