package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.model.ModelSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion models show [NAME]}: what is recommended for which model. */
@Command(
    name = "show",
    description = "Show the models that workers have or had, and what is recommended for each.%n",
    footer = {
      "%nA model's own settings are in demofusion.json in its folder, or in FILE.demofusion.json"
          + " beside",
      "FILE.safetensors. They, and what operators set over them, are used where a request is"
          + " silent.",
      "%nExamples:",
      "  demofusion models show",
      "  demofusion models show miniature --json | jq .settings"
    })
public final class ModelsShowCommand extends TerminalCommand implements Callable<Integer> {
  private static final int HASH_DIGITS = 10;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|HASH",
      description = "Only this model, by name or by the first 8 or more digits of its hash.")
  @Nullable String model;

  @Option(names = "--json", description = "Print models as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      List<ModelSettingsView> models = meant(client.modelSettings());
      if (json) {
        models.forEach(each -> terminal.out().println(Json.line(each)));
      } else if (models.isEmpty()) {
        terminal.say("no worker has joined yet, so no model is known");
      } else {
        table(models).lines(terminal.tableColumns()).forEach(terminal.out()::println);
      }
    }
    return CliConventions.OK;
  }

  private List<ModelSettingsView> meant(List<ModelSettingsView> all) {
    String wanted = model;
    if (wanted == null) {
      return all;
    }
    List<ModelSettingsView> meant =
        all.stream()
            .filter(
                each ->
                    each.model().equals(wanted)
                        || (wanted.length() >= 8 && each.hash().startsWith(wanted)))
            .toList();
    if (meant.isEmpty()) {
      throw DemofusionException.badRequest(
          "no worker has or had the model \"%s\"; known: %s"
              .formatted(
                  wanted, String.join(", ", all.stream().map(ModelSettingsView::model).toList())));
    }
    return meant;
  }

  private static Table table(List<ModelSettingsView> models) {
    Table table = new Table("MODEL", "HASH", "THE MODEL'S OWN", "SET BY OPERATORS");
    for (ModelSettingsView model : models) {
      table.add(
          model.model(),
          model.hash().substring(0, Math.min(HASH_DIGITS, model.hash().length())),
          words(model.ofModel()),
          words(model.ofOperator()));
    }
    return table;
  }

  static String words(Map<String, Object> settings) {
    return settings.isEmpty() ? "-" : new ModelSettings(settings).words();
  }
}
