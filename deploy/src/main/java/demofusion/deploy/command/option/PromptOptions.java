package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Words, seeds, and how many pictures. */
public final class PromptOptions implements OptionGroup {
  @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "The prompt.")
  public @Nullable String prompt;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Read prompts from a file, one per line; - reads standard input.")
  public @Nullable String promptsFile;

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "Negative prompt. Omitting it is not the same as \"\".")
  @Nullable String negative;

  @Option(
      names = "--prompt-2",
      paramLabel = "TEXT",
      description = "Prompt for SDXL's second text encoder (default: the prompt).")
  @Nullable String prompt2;

  @Option(
      names = "--negative-2",
      paramLabel = "TEXT",
      description =
          "Negative prompt for SDXL's second text encoder (default: the negative prompt).")
  @Nullable String negative2;

  @Option(
      names = "--prompt-syntax",
      paramLabel = "SYNTAX",
      defaultValue = "plain",
      description =
          "plain: every character is drawn, and what the model does not read at once is cut off;"
              + " weighted: WebUI's (word:1.3), [word], [from:to:when], [a|b], BREAK, and no limit"
              + " of length (default: ${DEFAULT-VALUE}).")
  PromptSyntax promptSyntax = PromptSyntax.PLAIN;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed (default: random; always reported).")
  @Nullable Long seed;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images per prompt, with seeds S, S+1, … (default: ${DEFAULT-VALUE}).")
  public int count;

  @Option(
      names = "--from",
      paramLabel = "IMAGE",
      description =
          "Take prompt and settings from an image made by demofusion, WebUI, Forge, ComfyUI,"
              + " SwarmUI, Fooocus, InvokeAI, NovelAI or Easy Diffusion; what cannot be taken over"
              + " is named. Options given here take precedence.")
  public @Nullable String from;

  Prompts with(String prompt) {
    return new Prompts(prompt, prompt2, negative, negative2);
  }

  @Override
  public String heading() {
    return "Prompt";
  }
}
