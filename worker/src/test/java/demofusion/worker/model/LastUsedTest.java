package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastUsedTest {
  private final List<String> made = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final LastUsed<String, String> kept = new LastUsed<>(2, this::make, closed::add);

  private String make(String name) {
    made.add(name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("no name");
    }
    return name;
  }

  private void use(String... names) {
    for (String name : names) {
      assertThat(kept.<String>with(name, thing -> thing)).isEqualTo(name);
    }
  }

  @Test
  void makesEachOnce_andClosesWhatWasWantedLongestAgo() {
    use("a", "b", "a", "c");

    assertThat(made).containsExactly("a", "b", "c");
    assertThat(closed).containsExactly("b");
  }

  @Test
  void tellsWhatItHas_withoutWantingIt() {
    use("a", "b");

    assertThat(kept.has("a")).isTrue();
    use("c");

    assertThat(kept.has("a")).isFalse();
    assertThat(kept.has("c")).isTrue();
    assertThat(made).containsExactly("a", "b", "c");
  }

  @Test
  void closesWhatIsComputedWithOnlyAfterThat() {
    kept.<String>with(
        "a",
        thing -> {
          use("b", "c");
          assertThat(closed).isEmpty();
          return thing;
        });

    assertThat(closed).containsExactly("a");
  }

  @Test
  void closesAllButWhatIsUsedNow() {
    use("b");

    kept.<String>with(
        "a",
        thing -> {
          kept.closeUnused();
          assertThat(closed).containsExactly("b");
          return thing;
        });
    use("a");

    assertThat(made).containsExactly("b", "a");
    kept.close();
    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void triesAgainWhatCouldNotBeMade() {
    for (int n = 0; n < 2; n++) {
      assertThatThrownBy(() -> use("")).hasMessage("no name");
    }

    assertThat(made).hasSize(2);
    kept.close();
    assertThat(closed).isEmpty();
  }
}
