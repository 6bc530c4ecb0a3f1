package demofusion.deploy.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Words, seeds, and how many pictures. */
final class PromptOptions implements OptionGroup {
  @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "What to draw, in words.")
  @Nullable String prompt;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Prompts from a file, one a line; - reads standard input.")
  @Nullable String promptsFile;

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "What not to draw. Not giving one is not the same as \"\".")
  @Nullable String negative;

  @Option(
      names = "--prompt-2",
      paramLabel = "TEXT",
      description = "For SDXL's second text tower (default: the prompt).")
  @Nullable String prompt2;

  @Option(
      names = "--negative-2",
      paramLabel = "TEXT",
      description = "For SDXL's second text tower (default: the negative prompt).")
  @Nullable String negative2;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Where chance begins (default: random; always reported).")
  @Nullable Long seed;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Pictures of each prompt, with seeds S, S+1, … (default: ${DEFAULT-VALUE}).")
  int count;

  @Option(
      names = "--from",
      paramLabel = "PICTURE.png",
      description =
          "Take prompt and settings from a picture made by demofusion; options given here win.")
  @Nullable String from;

  @Override
  public String heading() {
    return "What to draw";
  }
}
