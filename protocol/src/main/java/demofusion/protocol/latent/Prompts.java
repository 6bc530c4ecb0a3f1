package demofusion.protocol.latent;

import org.jspecify.annotations.Nullable;

/**
 * The words of a request. Each second text is for SDXL's second text tower and defaults to the
 * first.
 *
 * @param negative null means that none was given, which is not the same as an empty one (spec
 *     section 5)
 */
public record Prompts(
    String prompt,
    @Nullable String prompt2,
    @Nullable String negative,
    @Nullable String negative2) {
  public static Prompts of(String prompt) {
    return new Prompts(prompt, null, null, null);
  }

  public String forSecondTower() {
    return prompt2 == null ? prompt : prompt2;
  }

  /**
   * Whether the negative half is encoded from words rather than left to the model's {@code
   * force_zeros_for_empty_prompt}.
   */
  public boolean hasNegative() {
    return negative != null || negative2 != null;
  }

  public String negativeForFirstTower() {
    return negative == null ? "" : negative;
  }

  public String negativeForSecondTower() {
    return negative2 == null ? negativeForFirstTower() : negative2;
  }
}
