package demofusion.deploy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of all settings, each with where it comes from. Nothing said is an empty text. */
public final class Settings {
  private static final String VALUE = "value";
  private static final String DEFAULT = "default";
  private static final String NOT_SHOWN = "(not shown)";

  /**
   * One value.
   *
   * @param text empty: not set
   * @param origin as a person reads it, for example {@code --bind} or {@code default}
   */
  record Value(String text, String origin) {}

  private final Map<Setting, Value> values;

  private Settings(Map<Setting, Value> values) {
    this.values = values;
  }

  /**
   * Puts the layers on each other.
   *
   * @param options what the command line says
   * @param file named by {@code --config}; null if it is not given
   */
  public static Settings read(
      Map<Setting, String> options, Map<String, String> environment, @Nullable Path file) {
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    ConfigurationFile.defaults().forEach((key, text) -> values.put(key, new Value(text, DEFAULT)));
    Optional<Path> found = ConfigurationFile.find(file, environment);
    found.ifPresent(
        path ->
            ConfigurationFile.read(path)
                .forEach((key, text) -> values.put(key, new Value(text, path.toString()))));
    for (Setting setting : Setting.values()) {
      String variable = environment.get(setting.variable());
      if (variable != null && !variable.isBlank()) {
        values.put(setting, new Value(variable.strip(), setting.variable()));
      }
    }
    options.forEach((key, text) -> values.put(key, new Value(text, key.option())));
    return new Settings(values);
  }

  /**
   * Every one of these as {@code demofusion.KEY = VALUE # ORIGIN}, which is HOCON; of secrets only
   * whether there are any.
   */
  public List<String> lines(List<Setting> settings) {
    List<String> keys =
        settings.stream()
            .map(each -> "demofusion." + each.key() + " = \"" + shown(each) + "\"")
            .toList();
    int width = keys.stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int n = 0; n < keys.size(); n++) {
      String padding = " ".repeat(width - keys.get(n).length());
      lines.add(keys.get(n) + padding + "  # " + value(settings.get(n)).origin());
    }
    return lines;
  }

  private String shown(Setting setting) {
    return setting.isSecret() && find(setting).isPresent() ? NOT_SHOWN : text(setting);
  }

  public String text(Setting setting) {
    return value(setting).text();
  }

  public Optional<String> find(Setting setting) {
    return Optional.of(text(setting)).filter(text -> !text.isEmpty());
  }

  public Optional<Path> path(Setting setting) {
    return find(setting).map(Path::of);
  }

  /** Whether the command line says it. */
  public boolean isOption(Setting setting) {
    return value(setting).origin().startsWith("-");
  }

  /** Whether anybody says anything but the defaults. */
  public boolean isGiven(Setting setting) {
    return find(setting).isPresent() && !value(setting).origin().equals(DEFAULT);
  }

  public boolean flag(Setting setting) {
    return parse(setting, "true or false", config -> config.getBoolean(VALUE));
  }

  /** What stands between commas. */
  public List<String> list(Setting setting) {
    return Stream.of(text(setting).split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  public NodeAddress address(Setting setting) {
    return NodeAddress.parse(name(setting), text(setting));
  }

  /** Empty: off. */
  public Optional<PortRange> ports(Setting setting) {
    return PortRange.parse(name(setting), text(setting));
  }

  public int number(Setting setting, int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    int number = parse(setting, expected, config -> config.getInt(VALUE));
    if (number < least || number > most) {
      throw refuse(setting, expected);
    }
    return number;
  }

  /** A number from 0 to 1. */
  public double share(Setting setting) {
    String expected = "a number from 0 to 1";
    double share = parse(setting, expected, config -> config.getDouble(VALUE));
    if (!(share >= 0 && share <= 1)) {
      throw refuse(setting, expected);
    }
    return share;
  }

  public long longNumber(Setting setting) {
    return parse(setting, "a whole number", config -> config.getLong(VALUE));
  }

  public Optional<Integer> findNumber(Setting setting, int least, int most) {
    return find(setting).map(any -> number(setting, least, most));
  }

  public Optional<Duration> findDuration(Setting setting) {
    String expected = "a time, for example 30d";
    Optional<Duration> found =
        find(setting).map(any -> parse(setting, expected, config -> config.getDuration(VALUE)));
    if (found.filter(Duration::isNegative).isPresent()) {
      throw refuse(setting, expected);
    }
    return found;
  }

  public long bytes(Setting setting) {
    return parse(setting, "a size, for example 32 MiB", config -> config.getBytes(VALUE));
  }

  public Optional<Long> findBytes(Setting setting) {
    return find(setting).map(any -> bytes(setting));
  }

  /** The setting by the name under which its value was given. */
  public String name(Setting setting) {
    String origin = value(setting).origin();
    return origin.startsWith("-") || origin.equals(setting.variable())
        ? origin
        : setting.key() + " (" + origin + ")";
  }

  private <T> T parse(Setting setting, String expected, Function<Config, T> reader) {
    try {
      return reader.apply(ConfigFactory.parseMap(Map.of(VALUE, text(setting))));
    } catch (ConfigException e) {
      throw refuse(setting, expected);
    }
  }

  private DemofusionException refuse(Setting setting, String expected) {
    return DemofusionException.badRequest(
        name(setting) + " \"" + text(setting) + "\" must be " + expected);
  }

  private Value value(Setting setting) {
    return values.getOrDefault(setting, new Value("", "not set"));
  }
}
