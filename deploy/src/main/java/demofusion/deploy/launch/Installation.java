package demofusion.deploy.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The folder that the program was unpacked or built into: {@code bin}, {@code lib}, {@code models}.
 * The launcher says where it is; without the launcher (in tests) there is none.
 */
public final class Installation {
  static final String HOME_PROPERTY = "demofusion.home";

  private Installation() {}

  /** The folder with {@code bin} and {@code lib} in it. */
  public static Optional<Path> home() {
    return Optional.ofNullable(System.getProperty(HOME_PROPERTY)).map(Path::of);
  }

  /** The model that ships, where the distribution is complete. */
  public static Optional<Path> miniature() {
    return home()
        .map(home -> home.resolve("models").resolve("miniature"))
        .filter(Files::isDirectory);
  }

  /** The CPU's libtorch that ships, unpacked. */
  public static Optional<Path> nativeLibraries() {
    return home()
        .map(home -> home.resolve("lib").resolve("native"))
        .filter(folder -> Files.isRegularFile(folder.resolve("libtorch.so")));
  }

  /** Of the program, as Maven knows it. */
  public static String version() {
    try (InputStream in =
        Installation.class.getResourceAsStream("/demofusion/deploy/version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
