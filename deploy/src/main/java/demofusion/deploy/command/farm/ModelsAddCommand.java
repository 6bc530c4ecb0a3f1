package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.ModelFiles;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.deploy.terminal.TransferProgress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion models add FILE…}: puts files into the farm's store. */
@Command(
    name = "add",
    description = "Upload safetensors files to the farm's store.%n",
    footer = {
      "%nWhat a file is for (checkpoint, LoRA, embedding, VAE, upscaler, ControlNet, IP-Adapter, image"
          + " encoder)",
      "is told by its tensors; prompts and options mean it by its name. Of the folder of a ControlNet"
          + " or an image",
      "encoder the weights are taken, under the folder's name. An upload that was cut off goes on when the same command is given again. The"
          + " names are printed",
      "to stdout. What a checkpoint recommends (NAME.demofusion.json beside it) goes with it. Needs"
          + " a token",
      "with the role operate.",
      "%nExamples:",
      "  demofusion models add pixel-art.safetensors more-details.safetensors",
      "  demofusion models add controlnet-canny-sdxl-1.0 ip-adapter_sdxl.safetensors image_encoder",
      "  demofusion models add v2-1_768-ema-pruned.safetensors --name sd21",
      "  demofusion models add small.safetensors --model-config folder-with-its-configs"
    })
final class ModelsAddCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "The .safetensors files, or folders.")
  List<Path> files = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name in the store, of a single file (default: the file's without its ending).")
  @Nullable String name;

  @Option(
      names = "--model-config",
      paramLabel = "DIR",
      description =
          "For a single checkpoint whose configuration cannot be told from its tensors: diffusers"
              + " folder with its configs and vocabularies, which are stored with it.")
  @Nullable Path config;

  @Option(names = "--json", description = "Print the stored files as JSON, one per line.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on stderr.")
  boolean quiet;

  @Mixin final FarmOptions farm = new FarmOptions();

  /**
   * A file and what is stored with it.
   *
   * @param beside null: nothing is
   */
  private record Addition(LocalModelFile file, @Nullable StoredConfig beside) {}

  @Override
  public Integer call() {
    if (files.size() > 1 && (name != null || config != null)) {
      throw DemofusionException.badRequest(
          "%s is for a single file, but %s are given"
              .formatted(name != null ? "--name" : "--model-config", files.size()));
    }
    StoredConfig configs = config == null ? null : LocalModelFile.configs(config);
    List<Addition> all = new ArrayList<>();
    for (Path path : files) { // all of them before any is sent
      LocalModelFile file = LocalModelFile.of(path, name);
      all.add(new Addition(file, file.beside(configs)));
    }
    try (FarmClient client = farm.client(terminal)) {
      ModelFiles store = client.modelFiles();
      for (Addition each : all) {
        print(add(each, store), each.file().name());
      }
    }
    return CliConventions.OK;
  }

  private StoredFile add(Addition addition, ModelFiles store) {
    LocalModelFile file = addition.file();
    NewStoredFile wanted = shown("reading " + file.name(), file, file::read);
    return shown(
        "uploading " + file.name(),
        file,
        progress -> store.upload(wanted, file.path(), addition.beside(), progress));
  }

  /** Something that takes a while, and says how far it is. */
  private interface Step<T> {
    T run(LongConsumer progress);
  }

  private <T> T shown(String what, LocalModelFile file, Step<T> step) {
    TransferProgress progress =
        new TransferProgress(terminal, System::nanoTime, quiet, what, file.bytes());
    try {
      T result = step.run(progress::at);
      progress.done();
      return result;
    } finally {
      progress.end();
    }
  }

  private void print(StoredFile stored, String asked) {
    terminal.out().println(json ? Json.line(stored) : stored.name());
    if (!stored.name().equals(asked)) {
      terminal.say(
          "the store has the same file already, as the %s %s"
              .formatted(stored.kind(), stored.name()));
    }
  }
}
