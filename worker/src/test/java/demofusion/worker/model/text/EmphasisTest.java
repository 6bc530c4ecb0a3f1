package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EmphasisTest {
  @Test
  void keepsTheMean() {
    float[] states = {1, 2, 3, 4, 5, 6};

    Emphasis.apply(states, new float[] {1, 1.5f, 0.5f});

    assertThat((states[0] + states[1] + states[2] + states[3] + states[4] + states[5]) / 6)
        .isCloseTo(3.5f, within(1e-5f));
    assertThat(states[2] / states[0]).isCloseTo(4.5f, within(1e-5f));
  }

  @Test
  void changesNothingWhereNothingIsWeighted() {
    float[] states = {0.1f, 0.7f, -0.3f};

    Emphasis.apply(states, new float[] {1, 1, 1});

    assertThat(states).containsExactly(0.1f, 0.7f, -0.3f);
  }

  @Test
  void leavesTheMeanAlone_whereItIsZero() {
    float[] states = {1, -1, 2, 2};

    Emphasis.apply(states, new float[] {2, 0});

    assertThat(states).containsExactly(2, -2, 0, 0);
  }
}
