package demofusion.deploy.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written, and what is said. */
final class OutputOptions implements OptionGroup {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.png",
      description =
          "The picture; a file of that name is replaced when the picture is done, several pictures"
              + " get -1, -2, … (default: a name made of prompt and seed that is still free).")
  @Nullable Path output;

  @Option(names = "--previews", description = "Also write each phase's picture as it is done.")
  boolean previews;

  @Option(
      names = "--latents",
      paramLabel = "FILE.safetensors",
      description = "Also write every phase's final latent, as phaseN.final, float32, NCHW.")
  @Nullable Path latents;

  @Option(
      names = "--resume",
      paramLabel = "FOLDER",
      description = "Go on with a render that was stopped, from its last checkpoint.")
  @Nullable Path resume;

  @Option(
      names = "--dry-run",
      description = "Print the plan: phases, windows, forwards, time and memory; draw nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "Results on stdout as JSON, one object a line.")
  boolean json;

  @Option(names = "--quiet", description = "Nothing on stderr but what goes wrong.")
  boolean quiet;

  @Option(names = "--verbose", description = "Log what happens on stderr.")
  boolean verbose;

  @Override
  public String heading() {
    return "Output";
  }
}
