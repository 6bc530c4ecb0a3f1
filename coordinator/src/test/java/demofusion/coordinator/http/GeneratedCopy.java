package demofusion.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file among the sources that a test makes, or else compares with what it would make. */
public final class GeneratedCopy {
  private static final String WRITE = "openapi.write";

  private GeneratedCopy() {}

  /**
   * @param beside the class in whose package the resource lies
   */
  public static void check(Class<?> beside, String resource, String made) {
    Path copy = Path.of("src/main/resources", beside.getPackageName().replace('.', '/'), resource);
    try {
      if (Boolean.getBoolean(WRITE)) {
        Files.writeString(copy, made);
      }
      assertThat(Files.readString(copy))
          .as(copy + " is generated: write it anew with -D" + WRITE + "=true")
          .isEqualTo(made);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
