package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.ModelFiles;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.StoredFile;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code demofusion models remove NAME}: takes files out of the farm's store. */
@Command(
    name = "remove",
    description = "Remove files from the farm's store.%n",
    footer = {
      "%nJobs that name a removed file fail unless a worker still has it. Needs a token with the"
          + " role operate.",
      "%nExample:",
      "  demofusion models remove pixel-art"
    })
final class ModelsRemoveCommand extends TerminalCommand implements Callable<Integer> {
  private static final int SHORTEST_HASH = 8;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "Name of the file, or the first 8 or more digits of its SHA-256.")
  List<String> names = List.of();

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      ModelFiles files = client.modelFiles();
      List<StoredFile> all = files.list().files();
      List<StoredFile> meant = names.stream().map(name -> meant(all, name)).distinct().toList();
      for (StoredFile each : meant) {
        StoredFile removed = files.remove(each.hash());
        terminal.say(
            "removed the "
                + removed.kind()
                + " "
                + removed.name()
                + ", "
                + ByteSizes.words(removed.bytes()));
      }
    }
    return CliConventions.OK;
  }

  private static StoredFile meant(List<StoredFile> all, String text) {
    String hash = text.toLowerCase(Locale.ROOT);
    List<StoredFile> meant = all.stream().filter(file -> file.name().equals(text)).toList();
    if (meant.isEmpty() && hash.length() >= SHORTEST_HASH) {
      meant = all.stream().filter(file -> file.hash().startsWith(hash)).toList();
    }
    if (meant.size() != 1) {
      throw new DemofusionException(
          FailureCode.NOT_FOUND,
          "the store has "
              + (meant.isEmpty() ? "no file" : meant.size() + " files")
              + " \""
              + text
              + "\"; demofusion models list lists them");
    }
    return meant.get(0);
  }
}
