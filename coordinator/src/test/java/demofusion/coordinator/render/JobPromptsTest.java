package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobPromptsTest {
  private static final Guidance GUIDED = new Guidance(7.5f, 0);

  @Test
  void encodesPlainPromptsOnce_whateverTheyLookLike() {
    Prompts words = new Prompts("[a|b]", null, "[c:d:2]", null);
    JobPrompts prompts = prompts(words, PromptSyntax.PLAIN, GUIDED, 4);

    assertThat(prompts.work()).containsExactly(new Work.EncodeText(words, true));
    assertThat(prompts.at(0, 0)).isEqualTo(prompts.at(3, 0));
  }

  @Test
  void encodesEachTextOnce_whateverItMeetsInTheOtherHalf() {
    JobPrompts prompts =
        prompts(new Prompts("[a|b]", null, "[c:d:2]", null), PromptSyntax.WEIGHTED, GUIDED, 6);

    assertThat(prompts.work())
        .extracting(work -> work.prompts().prompt())
        .containsExactly("a", "b");
    assertThat(prompts.work())
        .extracting(work -> work.prompts().negative())
        .containsExactly("c", "d");
    assertThat(drawn(prompts, 6)).containsExactly("a c", "a c", "b c", "a d", "b d", "a d");
  }

  @Test
  void encodesNegativesThatArePartnersOfOnePositive() {
    JobPrompts prompts =
        prompts(new Prompts("x", null, "[a|b|c]", null), PromptSyntax.WEIGHTED, GUIDED, 4);

    assertThat(prompts.work()).hasSize(3);
    assertThat(drawn(prompts, 4)).containsExactly("x a", "x a", "x b", "x c");
  }

  @Test
  void encodesNoNegative_withoutGuidance() {
    JobPrompts prompts =
        prompts(
            new Prompts("[a|b]", null, "[c|d]", null),
            PromptSyntax.WEIGHTED,
            new Guidance(1, 0),
            3);

    assertThat(prompts.work()).noneMatch(Work.EncodeText::withNegative).hasSize(2);
    assertThat(drawn(prompts, 3)).containsExactly("a -", "a -", "b -");
  }

  @Test
  void drawsStepsThatNobodyAskedForWithTheLastText() {
    JobPrompts prompts =
        new JobPrompts(spec(Prompts.of("[a:b:2]"), PromptSyntax.WEIGHTED, GUIDED, 3), 5);

    assertThat(prompts.at(9, 0)).isEqualTo(prompts.at(4, 0)).isNotEqualTo(prompts.at(2, 0));
  }

  private static JobPrompts prompts(
      Prompts prompts, PromptSyntax syntax, Guidance guidance, int steps) {
    return new JobPrompts(spec(prompts, syntax, guidance, steps), steps);
  }

  private static RenderSpec spec(
      Prompts prompts, PromptSyntax syntax, Guidance guidance, int steps) {
    return RenderSpec.of("", 1).toBuilder()
        .prompts(prompts)
        .promptSyntax(syntax)
        .guidance(guidance)
        .steps(steps)
        .build();
  }

  /** Which texts each step is drawn with: the names of its tensors are the texts. */
  private static List<String> drawn(JobPrompts prompts, int steps) {
    List<WorkResult.EncodedText> encoded = new ArrayList<>();
    for (Work.EncodeText work : prompts.work()) {
      encoded.add(
          new WorkResult.EncodedText(
              named(work.prompts().prompt()),
              work.withNegative() ? named(work.prompts().negativeForFirstTower()) : null,
              List.of()));
    }
    Map<AssetId, String> texts = new HashMap<>();
    for (Asset.Conditioning asset : prompts.conditionings(encoded)) {
      NamedTensors negative = asset.negative();
      texts.put(
          asset.id(),
          asset.positive().names().get(0)
              + " "
              + (negative == null ? "-" : negative.names().get(0)));
    }
    List<String> drawn = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      drawn.add(texts.get(prompts.at(step, 0)));
    }
    return drawn;
  }

  private static NamedTensors named(String text) {
    return new NamedTensors(Map.of(text, Tensor.zeros(1)));
  }
}
