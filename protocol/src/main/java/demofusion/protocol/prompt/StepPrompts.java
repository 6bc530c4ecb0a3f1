package demofusion.protocol.prompt;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.LoraTags;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The prompts of a picture, step by step: each of the four texts has its own schedule, and plain
 * ones never change.
 */
public final class StepPrompts {
  /** Together a context of some 300 MB with SDXL. */
  private static final int MOST_CHUNKS = 512;

  private static final int FEWEST_CHARACTERS = 100; // of a chunk in most languages
  private static final String BREAK = "BREAK";

  private final PromptSchedule prompt;
  private final @Nullable PromptSchedule prompt2;
  private final @Nullable PromptSchedule negative;
  private final @Nullable PromptSchedule negative2;

  private StepPrompts(Prompts prompts, PromptSyntax syntax, int steps) {
    prompt = schedule(prompts.prompt(), syntax, steps);
    prompt2 = orNone(prompts.prompt2(), syntax, steps);
    negative = orNone(prompts.negative(), syntax, steps);
    negative2 = orNone(prompts.negative2(), syntax, steps);
  }

  /**
   * @param steps timesteps of a phase, as they were asked for
   */
  public static StepPrompts of(Prompts prompts, PromptSyntax syntax, int steps) {
    return new StepPrompts(prompts, syntax, steps);
  }

  /**
   * Refuses what could not be encoded later.
   *
   * @throws DemofusionException BAD_REQUEST with the reason
   */
  public static void requireReadable(Prompts prompts, PromptSyntax syntax, int steps) {
    if (syntax == PromptSyntax.PLAIN) {
      return;
    }
    LoraTags.refuseIn(prompts.negativeForFirstTower());
    LoraTags.refuseIn(prompts.negativeForSecondTower());
    StepPrompts changing = of(prompts, syntax, steps);
    Set<String> texts = new LinkedHashSet<>();
    for (PromptSchedule schedule :
        new @Nullable PromptSchedule[] {
          changing.prompt, changing.prompt2, changing.negative, changing.negative2
        }) {
      if (schedule != null) {
        schedule.entries().forEach(entry -> texts.add(entry.text()));
      }
    }
    int chunks = texts.stream().mapToInt(StepPrompts::chunks).sum();
    if (chunks > MOST_CHUNKS) {
      throw DemofusionException.badRequest(
          ("the prompts change with the steps into %s texts of about %s chunks of 75 tokens; at"
                  + " most %s can be encoded for an image: shorten them, or alternate less")
              .formatted(texts.size(), chunks, MOST_CHUNKS));
    }
    texts.forEach(PromptWeights::parse);
  }

  private static int chunks(String text) {
    int breaks = (text.length() - text.replace(BREAK, "").length()) / BREAK.length();
    return 1 + breaks + text.length() / FEWEST_CHARACTERS;
  }

  private static PromptSchedule schedule(String text, PromptSyntax syntax, int steps) {
    return syntax == PromptSyntax.PLAIN
        ? PromptSchedule.constant(text, steps)
        : PromptSchedule.of(LoraTags.cut(text).text(), steps);
  }

  private static @Nullable PromptSchedule orNone(
      @Nullable String text, PromptSyntax syntax, int steps) {
    return text == null ? null : schedule(text, syntax, steps);
  }

  /**
   * What is drawn in a step.
   *
   * @param step from 0, in the whole schedule of a phase
   */
  public Prompts at(int step) {
    return new Prompts(
        prompt.textAt(step), at(prompt2, step), at(negative, step), at(negative2, step));
  }

  private static @Nullable String at(@Nullable PromptSchedule schedule, int step) {
    return schedule == null ? null : schedule.textAt(step);
  }
}
