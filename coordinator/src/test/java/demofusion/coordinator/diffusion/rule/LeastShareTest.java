package demofusion.coordinator.diffusion.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.LatentExtent;
import org.junit.jupiter.api.Test;

/** Whoever takes the bound that a refusal names is not refused again. */
class LeastShareTest {
  @Test
  void isTaken_whereARefusalNamesIt() {
    for (int many = 2; many <= 1000; many++) {
      int steps = many;
      String strength = refusal(() -> InpaintingRules.firstStep(0.0001, steps));
      assertThat(InpaintingRules.firstStep(named(strength), steps)).as(strength).isLessThan(steps);

      LatentExtent extent = new LatentExtent(many, many);
      String cutoff = refusal(() -> SwitchRules.requireStructure(0.0001, extent));
      assertThatCode(() -> SwitchRules.requireStructure(named(cutoff), extent))
          .as(cutoff)
          .doesNotThrowAnyException();
    }
  }

  private static String refusal(Runnable request) {
    return catchThrowableOfType(DemofusionException.class, request::run).userMessage();
  }

  private static double named(String refusal) {
    return Double.parseDouble(refusal.substring(refusal.lastIndexOf(' ') + 1));
  }
}
