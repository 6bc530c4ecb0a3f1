package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Where a node's settings come from. */
public final class ConfigurationOptions implements OptionGroup {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings file: HOCON with a demofusion section (default: $DEMOFUSION_CONFIG). Options"
              + " override the environment, which overrides the file.")
  @Nullable Path file;

  @Option(
      names = "--show-config",
      description = "Print every setting with its value and source, and exit.")
  boolean show;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "Log format on stderr: text (key=value) or json (default: text).")
  @Nullable String logFormat;

  @Option(
      names = "--parent",
      paramLabel = "PID",
      hidden = true,
      description = "Exit when this process exits, and leave Ctrl-C to it.")
  public @Nullable Long parent;

  /** The settings as the command line, the environment and the file have them. */
  public Settings read(CommandSpec command, List<Setting> settings) {
    ParseResult line = command.commandLine().getParseResult();
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    for (Setting setting : settings) {
      OptionSpec option = line.matchedOption(setting.option());
      if (option != null) {
        options.put(
            setting,
            option.typeInfo().isBoolean() ? "true" : String.join(",", option.stringValues()));
      }
    }
    return Settings.read(options, System.getenv(), file);
  }

  /** Whether the settings were only to be shown, which is done now. */
  public boolean shown(Settings settings, List<Setting> all, Terminal terminal) {
    if (show) {
      settings.lines(all).forEach(terminal.out()::println);
    }
    return show;
  }

  @Override
  public String heading() {
    return "Configuration";
  }
}
