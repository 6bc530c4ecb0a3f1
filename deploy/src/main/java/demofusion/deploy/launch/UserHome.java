package demofusion.deploy.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The home of a user who has none, as in a container that runs under any number. Java 17 calls it
 * {@code ?}, and the libraries that keep things at home would make a folder of that name where the
 * user works. They are told what they can use instead, before they are loaded.
 */
public final class UserHome {
  private static final String HOME = "user.home";
  private static final String JNA_FOLDER = "jna.tmpdir";

  /** Nobody, not even root, can make it: whatever would be kept there is done without. */
  private static final String NONE = "/dev/null/home";

  private UserHome() {}

  /** Tells this process's libraries, if its user has no home. */
  public static void announce() {
    announce(System.getProperties(), System.getenv());
  }

  /** The same for given properties. */
  static void announce(Properties properties, Map<String, String> environment) {
    if (isFolder(properties.getProperty(HOME))) {
      return;
    }
    @Nullable String home = environment.get("HOME");
    if (isFolder(home)) {
      properties.setProperty(HOME, home);
      return;
    }
    properties.setProperty(HOME, NONE);
    // JNA loads a file that it unpacks and deletes again; without any place for it GPUs are not
    // found.
    if (environment.getOrDefault("XDG_CACHE_HOME", "").isEmpty()) {
      properties.putIfAbsent(JNA_FOLDER, properties.getProperty("java.io.tmpdir"));
    }
  }

  private static boolean isFolder(@Nullable String path) {
    return path != null
        && path.startsWith("/")
        && path.length() > 1
        && Files.isDirectory(Path.of(path));
  }
}
