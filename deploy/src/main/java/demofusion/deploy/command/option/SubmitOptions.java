package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
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
      paramLabel = "FILE",
      description =
          "With --wait: output file, ending in .png, .jpg, .jpeg or .webp; an existing file is"
              + " replaced once the image is finished; several images get -1, -2, … (default: an"
              + " unused name made from prompt and seed, ending in .png).")
  public @Nullable Path output;

  @Option(
      names = "--quality",
      paramLabel = "N",
      description = "Quality of a JPEG or WebP, 1 to 100; a WebP of 100 is lossless (default: 95).")
  public @Nullable Integer quality;

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
    if (wait) {
      return;
    }
    String given =
        output != null
            ? "--output"
            : latents != null ? "--latents" : quality != null ? "--quality" : "";
    if (!given.isEmpty()) {
      throw DemofusionException.badRequest(
          given + " applies only to downloads: add --wait, or leave it out");
    }
  }

  @Override
  public String heading() {
    return "Job and output";
  }
}
