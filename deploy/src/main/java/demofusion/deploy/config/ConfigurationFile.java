package demofusion.deploy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A HOCON file with a {@code demofusion} section: the one that {@code --config} names, else the one
 * that DEMOFUSION_CONFIG names, else none. What it says and nobody reads is refused by name.
 */
final class ConfigurationFile {
  static final String VARIABLE = "DEMOFUSION_CONFIG";
  private static final String SECTION = "demofusion";
  private static final String DEFAULTS = "demofusion-defaults.conf";

  private ConfigurationFile() {}

  /** Where the file is, if there is to be one. */
  static Optional<Path> find(@Nullable Path named, Map<String, String> environment) {
    if (named != null) {
      return Optional.of(named);
    }
    return Optional.ofNullable(environment.get(VARIABLE))
        .filter(name -> !name.isBlank())
        .map(Path::of);
  }

  /**
   * @throws DemofusionException BAD_REQUEST if it cannot be read or says something unknown
   */
  static Map<Setting, String> read(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw DemofusionException.badRequest("the configuration file " + file + " cannot be read");
    }
    requireUtf8(file);
    try {
      ConfigParseOptions strictly = ConfigParseOptions.defaults().setAllowMissing(false);
      return values(ConfigFactory.parseFile(file.toFile(), strictly).resolve(), file.toString());
    } catch (ConfigException e) {
      String reason = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
      throw DemofusionException.badRequest(
          "the configuration file " + file + " is not valid HOCON: " + reason);
    }
  }

  /** The parser would put U+FFFD in place of what is not. */
  private static void requireUtf8(Path file) {
    try {
      Files.readString(file);
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "the configuration file " + file + " cannot be read: " + SafeFile.reason(e));
    }
  }

  /** What holds where nobody says anything. */
  static Map<Setting, String> defaults() {
    ClassLoader loader = ConfigurationFile.class.getClassLoader();
    return values(ConfigFactory.parseResources(loader, DEFAULTS).resolve(), DEFAULTS);
  }

  private static Map<Setting, String> values(Config config, String file) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      List<String> path = ConfigUtil.splitPath(entry.getKey());
      String key = String.join(".", path.subList(1, path.size()));
      Setting setting =
          Setting.ofKey(path.get(0).equals(SECTION) ? key : "")
              .orElseThrow(
                  () ->
                      DemofusionException.badRequest(
                          ("the configuration file %s says %s, which is not a setting: list all"
                                  + " settings with --show-config")
                              .formatted(file, entry.getKey())));
      values.put(setting, text(entry.getValue()));
    }
    return values;
  }

  private static String text(ConfigValue value) {
    Object unwrapped = value.unwrapped();
    return unwrapped instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(unwrapped);
  }
}
