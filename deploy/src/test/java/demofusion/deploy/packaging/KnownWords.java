package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.config.Setting;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the program understands: command lines, settings, variables of the environment. */
final class KnownWords {
  /** Of the launcher and of commands that are no node's. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("DEMOFUSION_CONFIG", "DEMOFUSION_LOG", "DEMOFUSION_JAVA_OPTS", "DEMOFUSION_TOKEN");

  private KnownWords() {}

  /** Parses what stands behind the program's name. */
  static void requireCommandLine(List<String> arguments) {
    DemofusionCommand.commandLine().parseArgs(arguments.toArray(String[]::new));
  }

  static void requireVariables(Stream<String> names) {
    Set<String> known =
        Arrays.stream(Setting.values())
            .map(Setting::variable)
            .collect(Collectors.toCollection(TreeSet::new));
    known.addAll(OTHER_VARIABLES);

    assertThat(names.filter(name -> name.startsWith("DEMOFUSION_")).toList()).isSubsetOf(known);
  }

  static void requireSettings(Path configuration) {
    Set<String> known =
        Arrays.stream(Setting.values())
            .map(setting -> "demofusion." + setting.key())
            .collect(Collectors.toSet());

    assertThat(
            ConfigFactory.parseFile(configuration.toFile()).entrySet().stream()
                .map(entry -> entry.getKey())
                .toList())
        .as("settings in %s", configuration)
        .isNotEmpty()
        .isSubsetOf(known);
  }

  /** A setting's value, or its default. */
  static String setting(Path configuration, Setting setting) {
    return ConfigFactory.parseFile(configuration.toFile())
        .withFallback(ConfigFactory.parseResources("demofusion-defaults.conf"))
        .getString("demofusion." + setting.key());
  }

  /** The port of an address such as 0.0.0.0:7980. */
  static int port(Path configuration, Setting setting) {
    String address = setting(configuration, setting);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
