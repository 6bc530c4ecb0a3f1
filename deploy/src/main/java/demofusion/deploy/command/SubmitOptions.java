package demofusion.deploy.command;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a job is queued, and what is done with its picture. */
final class SubmitOptions implements OptionGroup {
  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "0",
      description = "Jobs of a higher one go first; may be negative (default: ${DEFAULT-VALUE}).")
  int priority;

  @Option(
      names = "--wait",
      description = "Show the progress, and download the picture when it is done.")
  boolean wait;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.png",
      description =
          "With --wait: the picture; a file of that name is replaced when the picture is whole,"
              + " several pictures get -1, -2, … (default: a name made of prompt and seed that is"
              + " still free).")
  @Nullable Path output;

  @Option(
      names = "--previews",
      description = "Have each phase's picture made; with --wait, download it as it is done.")
  boolean previews;

  @Option(
      names = "--latents",
      paramLabel = "FILE.safetensors",
      description = "With --wait: also download every phase's final latent.")
  @Nullable Path latents;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "Told by the coordinator when the job is over.")
  @Nullable URI webhook;

  @Option(
      names = "--json",
      description = "Each job on stdout as JSON, one object a line; with --wait when it is over.")
  boolean json;

  @Option(names = "--quiet", description = "Nothing on stderr but what goes wrong.")
  boolean quiet;

  /** What is about the download is refused where nothing is downloaded. */
  void requireSense() {
    if (!wait && (output != null || latents != null)) {
      throw DemofusionException.badRequest(
          (output != null ? "--output" : "--latents")
              + " is about what --wait downloads: add --wait, or leave it out");
    }
  }

  @Override
  public String heading() {
    return "Job and output";
  }
}
