package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion models list}: what is in the farm's store. */
@Command(
    name = "list",
    description = "List the files of the farm's store.%n",
    footer = {
      "%nExamples:",
      "  demofusion models list",
      "  demofusion models list --json | jq -r 'select(.kind == \"lora\").name'"
    })
final class ModelsListCommand extends TerminalCommand implements Callable<Integer> {
  private static final int SHORT_HASH = 12;

  @Option(names = "--json", description = "Print files as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      StoredFileList list = client.modelFiles().list();
      if (json) {
        list.files().forEach(file -> terminal.out().println(Json.line(file)));
      } else if (list.files().isEmpty()) {
        terminal.say("the farm's store is empty; demofusion models add FILE puts a file into it");
      } else {
        table(list).lines(terminal.tableColumns()).forEach(terminal.out()::println);
        terminal.say(
            ByteSizes.words(list.bytes()) + " of " + ByteSizes.words(list.quotaBytes()) + " taken");
      }
    }
    return CliConventions.OK;
  }

  static Table table(StoredFileList list) {
    Table table = new Table("NAME", "KIND", "SIZE", "SHA-256", "SHORT", "ADDED");
    for (StoredFile file : list.files()) {
      table.add(
          file.name(),
          file.kind() + (file.hasConfig() ? " with configs" : ""),
          ByteSizes.words(file.bytes()),
          file.hash().substring(0, Math.min(SHORT_HASH, file.hash().length())),
          file.shortHash(),
          file.addedAt().toString());
    }
    return table;
  }
}
