package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.request.RecommendedSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion models set NAME KEY=VALUE…}: recommends something else for a model. */
@Command(
    name = "set",
    description = "Change what is recommended for a model: used where a request is silent.%n",
    footer = {
      "%nKeys: size, steps, guidanceScale, guidanceRescale, scheduler, stride, structureCutoff. They"
          + " are kept by the coordinator,",
      "by the model's hash, over those of the model's own file; KEY= without a value lets the file's"
          + " count",
      "again. Jobs that were accepted before keep theirs. Needs a token with the role operate.",
      "%nExamples:",
      "  demofusion models set sdxl-turbo steps=4 guidanceScale=1 scheduler=euler-ancestral-trailing",
      "  demofusion models set sdxl-turbo steps="
    })
public final class ModelsSetCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "NAME|HASH",
      description = "The model, by name or by the first 8 or more digits of its hash.")
  @Nullable String model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "What is recommended; without a value, the model's own.")
  List<String> settings = List.of();

  @Option(names = "--json", description = "Print the model's settings as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    Map<String, @Nullable Object> changes = changes(settings);
    try (FarmClient client = farm.client(terminal)) {
      ModelSettingsView now = client.changeModelSettings(Objects.requireNonNull(model), changes);
      if (json) {
        terminal.out().println(Json.line(now));
      } else {
        terminal.say(
            "recommended for " + now.model() + ": " + ModelsShowCommand.words(now.settings()));
      }
    }
    return CliConventions.OK;
  }

  private static Map<String, @Nullable Object> changes(List<String> settings) {
    Map<String, @Nullable Object> changes = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw DemofusionException.badRequest(
            "\"" + setting + "\" must be KEY=VALUE, for example steps=30");
      }
      String key = setting.substring(0, equals);
      changes.put(key, RecommendedSettings.typed(key, setting.substring(equals + 1)));
    }
    return changes;
  }
}
