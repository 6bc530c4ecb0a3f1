package demofusion.deploy.command.node;

import demofusion.deploy.command.option.ApiOptions;
import demofusion.deploy.command.option.LibraryOptions;
import demofusion.deploy.command.option.ServedModelOptions;
import demofusion.deploy.command.option.device.AuditOptions;
import demofusion.deploy.command.option.signin.OidcOptions;
import demofusion.deploy.command.option.trace.TraceOptions;
import demofusion.deploy.model.ModelLocation;
import demofusion.deploy.terminal.TerminalCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion serve}: this machine draws, and shows a page to those who look. */
@Command(
    name = "serve",
    abbreviateSynopsis = true,
    description = "Generate images on this machine from a page in the browser.%n",
    footer = {
      "%nThe page and the API share one address. Workers on other machines cannot join; use"
          + " coordinator and worker for that. Ctrl-C stops it; unfinished images resume when it"
          + " is started again.",
      "%nExamples:",
      "  demofusion serve",
      "  demofusion serve --model sdxl.safetensors --lora-folder loras --embedding embeddings",
      "  demofusion serve --model sdxl --http 0.0.0.0:7980 --tokens tokens --tls serve-tls"
    })
public final class ServeCommand extends TerminalCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "demofusion-farm",
      description = "Folder for all images (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("demofusion-farm");

  @Mixin final ApiOptions apiOptions = new ApiOptions();
  @Mixin final OidcOptions signIn = new OidcOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final AuditOptions audit = new AuditOptions();
  @Mixin final TraceOptions traces = new TraceOptions();
  @Mixin final LibraryOptions files = new LibraryOptions();

  @Override
  public Integer call() {
    LocalFarmLauncher machine =
        new LocalFarmLauncher(
            data, apiOptions, signIn, model, audit, traces, files.places(modelsHere()), terminal);
    return machine.run(Math.max(machine.gpus(), 1), this::announce);
  }

  /** Others are names of the store's. */
  private List<Path> modelsHere() {
    if (model.models == null) {
      return model.synthetic == null ? List.of(ModelLocation.resolve(null)) : List.of();
    }
    return model.models.stream()
        .flatMap(each -> Stream.of(each.split(",", -1)))
        .map(each -> Path.of(each.strip()))
        .filter(Files::exists)
        .toList();
  }

  private void announce(String url) {
    terminal.say("the page is running at " + url + "/, with its images in " + data);
  }
}
