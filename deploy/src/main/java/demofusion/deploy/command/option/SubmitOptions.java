package demofusion.deploy.command.option;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a job is queued, and what is done with its picture. */
public final class SubmitOptions implements OptionGroup {
  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "0",
      description = "Priority; higher runs first, may be negative (default: ${DEFAULT-VALUE}).")
  public int priority;

  @Option(
      names = "--wait",
      description = "Show progress and download the image when it is finished.")
  public boolean wait;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.png",
      description =
          "With --wait: output file; an existing file is replaced once the image is finished;"
              + " several images get -1, -2, … (default: an unused name made from prompt and"
              + " seed).")
  public @Nullable Path output;

  @Option(
      names = "--previews",
      description = "Make a preview of each phase; with --wait, download it as it finishes.")
  public boolean previews;

  @Option(
      names = "--latents",
      paramLabel = "FILE.safetensors",
      description = "With --wait: also download every phase's final latent.")
  public @Nullable Path latents;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "URL that the coordinator notifies when the job ends.")
  public @Nullable URI webhook;

  @Option(
      names = "--json",
      description = "Print each job as JSON, one object per line; with --wait, when it ends.")
  public boolean json;

  @Option(names = "--quiet", description = "Print only errors on stderr.")
  public boolean quiet;

  /** What is about the download is refused where nothing is downloaded. */
  public void requireSense() {
    if (!wait && (output != null || latents != null)) {
      throw DemofusionException.badRequest(
          (output != null ? "--output" : "--latents")
              + " applies only to downloads: add --wait, or leave it out");
    }
  }

  @Override
  public String heading() {
    return "Job and output";
  }
}
