package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.dispatch.DispatcherCommand.Distrusted;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuspicionTest {
  private static final Phase FIRST = Farm.plan(ToyMethod.DETAIL.spec()).phases().get(0);
  private static final Distrusted LIAR = new Distrusted("liar", "it was seen");

  private final Suspicion suspicion = new Suspicion();

  private static PictureAssembly.Rows rows(String... workers) {
    return new PictureAssembly.Rows(FIRST, Set.of(workers));
  }

  private static PictureAssembly.Done done(String... workers) {
    return new PictureAssembly.Done(FIRST, Path.of("phase-1.png"), Set.of(workers));
  }

  /** Its windows may be with workers before the picture is whole. */
  @Test
  void hasAPictureMadeAgain_ofWhichOnlyRowsWereThere() {
    suspicion.decoding(rows("liar"));

    assertThat(suspicion.isOf("liar")).isTrue();
    assertThat(suspicion.isNews(LIAR, false)).isTrue();
    assertThat(suspicion.takenAgain()).containsExactly(FIRST);
    assertThat(suspicion.isOf("liar")).isFalse();
  }

  @Test
  void countsWhoDecodedRowsOnce_whenThePictureIsWholeToo() {
    suspicion.decoding(rows("liar"));
    suspicion.decoding(rows("liar", "honest"));
    suspicion.passed();
    suspicion.decoded(done("liar", "honest"), true);
    suspicion.passed();

    assertThat(suspicion.isNews(LIAR, false)).isTrue();
    assertThat(suspicion.sentence(LIAR, true)).contains("; 1 answers of its are in earlier");
  }

  @Test
  void countsWhoDecodedAPictureThatWasWaitedFor_whetherItsRowsWerePassedOnOrNot() {
    suspicion.decoded(done("liar"), true);

    assertThat(suspicion.isOf("liar")).isTrue();
    suspicion.passed();
    assertThat(suspicion.sentence(LIAR, true)).contains("; 1 answers of its are in earlier");
  }

  /** It is in the checkpoint after the next one at the earliest. */
  @Test
  void goesBackForAnAnswerToTheNextTimestep_untilThatIsPassed() {
    suspicion.fused("liar", true);
    assertThat(suspicion.isOf("liar")).isTrue();

    suspicion.passed();
    assertThat(suspicion.isOf("liar")).isTrue();

    suspicion.passed();
    assertThat(suspicion.isOf("liar")).isFalse();
    assertThat(suspicion.isNews(LIAR, false)).isTrue();
    assertThat(suspicion.sentence(LIAR, false)).contains("; 1 answers of its are in earlier");
  }

  @Test
  void forgetsAnswersToTheNextTimestep_whenItIsTakenAgain() {
    suspicion.fused("liar", true);
    suspicion.takenAgain();
    suspicion.passed();

    assertThat(suspicion.isOf("liar")).isFalse();
  }
}
