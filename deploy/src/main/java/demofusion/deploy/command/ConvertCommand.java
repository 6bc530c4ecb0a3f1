package demofusion.deploy.command;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.FolderWriter;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion convert FILE DIR}: a folder of a model in one file. */
@Command(
    name = "convert",
    description =
        "Write a checkpoint in one .safetensors file as a model folder in diffusers format.%n",
    footer = {
      "%nThe same weights in the types that the file has; both draw the same images and are one",
      "model to a farm. Needs as much room as the file; nothing is overwritten.",
      "%nExit codes: 0 written, 2 refused.",
      "%nExamples:",
      "  demofusion convert juggernautXL.safetensors juggernaut-xl",
      "  demofusion convert pruned.safetensors my-model --vae vae-ft-mse.safetensors"
    })
final class ConvertCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "Checkpoint in one file.")
  @Nullable Path file;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "Folder to write, which must not exist yet.")
  @Nullable Path folder;

  @Option(
      names = "--model-config",
      paramLabel = "DIR",
      description =
          "Folder in diffusers format whose configurations the model has, in place of what its"
              + " tensors say.")
  @Nullable Path config;

  @Option(
      names = "--vae",
      paramLabel = "DIR|FILE",
      description = "Take this VAE instead of the model's own.")
  @Nullable Path vae;

  @Override
  public Integer call() {
    Path source = Objects.requireNonNull(file);
    Path target = Objects.requireNonNull(folder);
    if (Files.isDirectory(source)) {
      throw DemofusionException.badRequest(source + " is a folder already: give a single file");
    }
    ModelFolder model =
        ModelFolder.open(
            new ModelSource(
                source.toString(),
                null,
                vae == null ? null : vae.toString(),
                config == null ? null : config.toString()));
    FolderWriter.write(model, target);
    terminal.say("wrote " + target);
    return CliConventions.OK;
  }
}
