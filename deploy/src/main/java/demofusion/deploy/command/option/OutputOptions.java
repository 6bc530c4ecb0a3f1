package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written, and what is said. */
public final class OutputOptions implements OptionGroup {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, ending in .png, .jpg, .jpeg or .webp; an existing file is replaced once the"
              + " image is finished; several images get -1, -2, … (default: an unused name made"
              + " from prompt and seed, ending in .png).")
  public @Nullable Path output;

  @Option(
      names = "--quality",
      paramLabel = "N",
      description = "Quality of a JPEG or WebP, 1 to 100; a WebP of 100 is lossless (default: 95).")
  public @Nullable Integer quality;

  @Option(names = "--previews", description = "Also write each phase's image as it finishes.")
  public boolean previews;

  @Option(
      names = "--latents",
      paramLabel = "FILE.safetensors",
      description = "Also write every phase's final latent, as phaseN.final, float32, NCHW.")
  public @Nullable Path latents;

  @Option(
      names = "--resume",
      paramLabel = "FOLDER",
      description = "Resume an interrupted render from its last checkpoint.")
  public @Nullable Path resume;

  @Option(
      names = "--dry-run",
      description = "Print the plan (phases, tiles, forward passes, time and memory) and exit.")
  public boolean dryRun;

  @Option(names = "--json", description = "Print results as JSON, one object per line.")
  public boolean json;

  @Option(names = "--quiet", description = "Print only errors on stderr.")
  public boolean quiet;

  @Option(names = "--verbose", description = "Log to stderr.")
  public boolean verbose;

  @Override
  public String heading() {
    return "Output";
  }
}
