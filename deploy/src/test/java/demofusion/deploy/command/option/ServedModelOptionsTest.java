package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;

class ServedModelOptionsTest {
  private final ServedModelOptions options = new ServedModelOptions();

  @Test
  void accepts_whatWorkersAccept() {
    options.memory.memory = "8GB";
    options.memory.weights = "float8";

    assertThatCode(options::check).doesNotThrowAnyException();
  }

  @Test
  void refusesASizeThatIsNone() {
    options.memory.memory = "8XB";

    assertRefused("memory \"8XB\" must be auto or a size, for example 8GB");
  }

  @Test
  void refusesWeightsThatAreNone() {
    options.memory.weights = "int4";

    assertRefused("weights \"int4\" must be float8");
  }

  @Test
  void refusesAPrecisionThatIsNone() {
    options.precision = "float12";

    assertThatThrownBy(options::check).isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesFastAccumulation_beforeWeightsInFloat8() {
    options.device = "cuda:0";
    options.memory.weights = "float8";
    options.fastAccumulation = true;

    assertRefused(
        "--fast-accumulation sums up in float16 and so needs --precision float16, not"
            + " float16-float8");
  }

  private void assertRefused(String sentence) {
    assertThatThrownBy(options::check).isInstanceOf(DemofusionException.class).hasMessage(sentence);
  }
}
