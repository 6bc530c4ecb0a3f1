package demofusion.deploy.launch;

import demofusion.protocol.DemofusionException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether Java read the command line and its surroundings as they were typed. It decodes them by
 * the locale, and puts U+FFFD in place of what it cannot decode: a prompt would be drawn, and a
 * file named, that nobody typed. The launcher sees to UTF-8; what is not UTF-8 even so is refused
 * here.
 */
public final class TypedWords {
  private static final char UNDECODED = '\uFFFD';
  private static final String CHARSET_PROPERTY = "sun.jnu.encoding";

  /** Of others' variables, those that name folders which this program reads or writes. */
  private static final List<String> OTHERS_VARIABLES =
      List.of(
          LibtorchChoice.PATH_VARIABLE,
          "DJL_CACHE_DIR",
          "XDG_CACHE_HOME",
          "HF_HOME",
          "HF_HUB_CACHE");

  private TypedWords() {}

  /**
   * @throws DemofusionException BAD_REQUEST naming what was not read as it was typed
   */
  public static void check(String... arguments) {
    check(
        List.of(arguments),
        System.getenv(),
        Map.of(
            "the working folder",
            System.getProperty("user.dir", ""),
            "the folder of the program",
            System.getProperty(Installation.HOME_PROPERTY, "")),
        System.getProperty(CHARSET_PROPERTY, StandardCharsets.UTF_8.name()));
  }

  /**
   * @param folders where the program is and works, by what they are
   * @param charset by which Java decodes the command line
   */
  static void check(
      List<String> arguments,
      Map<String, String> environment,
      Map<String, String> folders,
      String charset) {
    boolean isUtf8 = charset.equalsIgnoreCase(StandardCharsets.UTF_8.name());
    for (int n = 0; n < arguments.size(); n++) {
      check("argument " + (n + 1), arguments.get(n), isUtf8, charset);
    }
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith("DEMOFUSION_") || OTHERS_VARIABLES.contains(name)) {
                check("the environment variable " + name, value, isUtf8, charset);
              }
            });
    new TreeMap<>(folders).forEach((name, path) -> check(name, path, isUtf8, charset));
  }

  private static void check(String name, String text, boolean isUtf8, String charset) {
    String legible = text.replace(UNDECODED, '?');
    if (!isUtf8 && text.chars().anyMatch(letter -> letter > 0x7F)) {
      throw DemofusionException.badRequest(
          ("%s, \"%s\", cannot be read: Java takes it for %s; start demofusion with a UTF-8 locale"
                  + " that is installed (locale -a lists them), for example LC_ALL=C.UTF-8")
              .formatted(name, legible, charset));
    }
    if (!legible.equals(text)) {
      throw DemofusionException.badRequest(
          "%s, \"%s\", is not UTF-8: enter it in UTF-8, whatever the locale"
              .formatted(name, legible));
    }
  }
}
