package demofusion.deploy.command.farm;

import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code demofusion models}: the models that the farm has, and the files that it keeps for them.
 */
@Command(
    name = "models",
    description =
        "Keep checkpoints, LoRAs, embeddings, VAEs and upscalers in the farm's store, and change"
            + " what is recommended for models.%n",
    subcommands = {
      ModelsAddCommand.class,
      ModelsListCommand.class,
      ModelsRemoveCommand.class,
      ModelsShowCommand.class,
      ModelsSetCommand.class
    },
    footer = {
      "%nWorkers fetch from the coordinator's store what a job needs.",
      "%nExamples:",
      "  demofusion models add sdxl-base.safetensors pixel-art.safetensors",
      "  demofusion models list",
      "  demofusion models remove pixel-art",
      "  demofusion models show",
      "  demofusion models set sdxl-turbo steps=4 guidanceScale=1"
          + " scheduler=euler-ancestral-trailing"
    })
public final class ModelsCommand extends TerminalCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw DemofusionException.badRequest(
        "no subcommand given: try demofusion models list, or see demofusion models --help");
  }
}
