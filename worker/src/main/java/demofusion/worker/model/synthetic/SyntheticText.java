package demofusion.worker.model.synthetic;

import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The synthetic model's text towers: every word is hashed into a row of numbers in [−1, 1]. */
final class SyntheticText {
  private static final int TOKENS = 77;
  private static final int WIDTH = 8;
  private static final int POOLED_WIDTH = 4;
  private static final int SPECIAL_TOKENS = 2; // as CLIP's begin and end of text

  WorkResult.EncodedText encode(Prompts prompts, boolean withNegative) {
    List<String> cutOff = new ArrayList<>();
    NamedTensors positive = embed(prompts.prompt(), prompts.forSecondTower(), cutOff);
    return new WorkResult.EncodedText(
        positive, withNegative ? negative(prompts, cutOff) : null, cutOff);
  }

  private static NamedTensors negative(Prompts prompts, List<String> cutOff) {
    return prompts.hasNegative()
        ? embed(prompts.negativeForFirstTower(), prompts.negativeForSecondTower(), cutOff)
        // As SDXL base does (force_zeros_for_empty_prompt).
        : named(Tensor.zeros(TOKENS, WIDTH), Tensor.zeros(POOLED_WIDTH));
  }

  private static NamedTensors embed(String first, String second, List<String> cutOff) {
    return named(embed(first, cutOff), pool(first + " | " + second));
  }

  private static NamedTensors named(Tensor text, Tensor pooled) {
    return new NamedTensors(Map.of(SyntheticNoise.TEXT, text, SyntheticNoise.POOLED, pooled));
  }

  private static Tensor embed(String prompt, List<String> cutOff) {
    float[] rows = new float[TOKENS * WIDTH];
    String[] words = prompt.isBlank() ? new String[0] : prompt.strip().split("\\s+");
    int known = Math.min(words.length, TOKENS - SPECIAL_TOKENS);
    for (int word = 0; word < known; word++) {
      fill(rows, word * WIDTH, WIDTH, words[word]);
    }
    if (known < words.length) {
      cutOff.add(String.join(" ", Arrays.asList(words).subList(known, words.length)));
    }
    return new Tensor(new int[] {TOKENS, WIDTH}, rows);
  }

  private static Tensor pool(String words) {
    float[] pooled = new float[POOLED_WIDTH];
    fill(pooled, 0, POOLED_WIDTH, words);
    return new Tensor(new int[] {POOLED_WIDTH}, pooled);
  }

  /** A linear congruential walk that begins at the word's hash, which Java defines exactly. */
  private static void fill(float[] values, int from, int count, String word) {
    int state = word.hashCode();
    for (int n = from; n < from + count; n++) {
      state = state * 1664525 + 1013904223;
      values[n] = state / (float) (1L << 31);
    }
  }
}
