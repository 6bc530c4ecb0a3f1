package demofusion.protocol.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that are part of the program. */
public final class Resources {
  private Resources() {}

  /**
   * @param name as {@link Class#getResourceAsStream} takes it
   * @throws IllegalStateException if this build lacks it
   */
  public static byte[] read(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
