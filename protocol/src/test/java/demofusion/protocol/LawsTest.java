package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LawsTest {
  @Test
  void holdsTheLawAgainstBothBoundsOfEveryRange() {
    List<Integer> narrow = new ArrayList<>();
    List<Integer> wide = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    List<String> texts = new ArrayList<>();

    Laws.forAll(
        400,
        draw -> {
          narrow.add(draw.between(-3, 6));
          wide.add(draw.between(1, 3000));
          shares.add(draw.between(0.5, 2.0));
          texts.add(draw.text(Draw.UNICODE, 40));
        });

    assertThat(narrow).hasSize(400).containsAll(IntStream.rangeClosed(-3, 6).boxed().toList());
    assertThat(wide).contains(1, 3000).allMatch(size -> size >= 1 && size <= 3000);
    assertThat(shares).contains(0.5, 2.0).allMatch(share -> share >= 0.5 && share <= 2);
    assertThat(texts).contains("", "\ufffd".repeat(40)).allMatch(text -> text.length() <= 40);
  }

  @Test
  void drawsTheSameCasesFromTheSameSeed() {
    assertThat(casesOf(4711)).isEqualTo(casesOf(4711)).isNotEqualTo(casesOf(4712));
  }

  @Test
  void namesTheSeedTheCaseAndItsValues_whenTheLawIsBroken() {
    assertThatThrownBy(
            () ->
                Laws.forAll(
                    4711,
                    10,
                    draw -> {
                      int size = draw.between(1, 20);
                      draw.of("\"é");
                      assertThat(size).isLessThan(20);
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "case 1 of seed 4711 (again: -Dlaws.seed=4711), drawn: 20, \"\\\"\\u00e9\"")
        .hasMessageContaining("to be less than")
        .hasCauseInstanceOf(AssertionError.class);
  }

  private static List<String> casesOf(long seed) {
    List<String> cases = new ArrayList<>();
    Laws.forAll(
        seed,
        50,
        draw -> {
          String parts = draw.joined(6, () -> draw.text(Draw.ASCII, 8));
          cases.add(parts + draw.between(0, 1000) + draw.either() + draw.between(0.0, 1.0));
        });
    return cases;
  }
}
