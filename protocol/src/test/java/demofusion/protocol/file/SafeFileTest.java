package demofusion.protocol.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFileTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("picture.png");
  }

  @Test
  void replacesWhatWasThere() throws IOException {
    write("old");
    write("new");

    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("picture.png");
  }

  @Test
  void leavesWhatWasThere_whenTheDiskIsFull() throws IOException {
    write("old");

    DemofusionException failure =
        catchThrowableOfType(
            DemofusionException.class,
            () ->
                SafeFile.write(
                    file,
                    channel -> {
                      channel.write(bytes("half of the n"));
                      throw new IOException("No space left on device");
                    }));

    assertThat(failure.code()).isEqualTo(FailureCode.DISK_FULL);
    assertThat(failure.userMessage())
        .isEqualTo(file + " could not be written: No space left on device");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("picture.png");
  }

  @Test
  void leavesNothing_whenWritingComesToABug() throws IOException {
    assertThatThrownBy(
            () ->
                SafeFile.write(
                    file,
                    channel -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(names()).isEmpty();
  }

  @Test
  void refusesAFolderThatIsNotThere_inOneSentence() {
    Path nowhere = folder.resolve("nowhere").resolve("picture.png");

    DemofusionException failure =
        catchThrowableOfType(
            DemofusionException.class, () -> SafeFile.write(nowhere, channel -> {}));

    assertThat(failure.userMessage())
        .startsWith(nowhere + " could not be written")
        .doesNotContain("\n");
  }

  private void write(String text) {
    SafeFile.write(file, channel -> channel.write(bytes(text)));
  }

  private String[] names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).toArray(String[]::new);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
