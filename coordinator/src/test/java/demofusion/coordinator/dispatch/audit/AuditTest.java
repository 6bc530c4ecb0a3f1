package demofusion.coordinator.dispatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.audit.Audit.DrawAgain;
import demofusion.coordinator.dispatch.audit.Audit.GivenUp;
import demofusion.coordinator.dispatch.audit.Audit.Proof;
import demofusion.coordinator.dispatch.audit.Audit.Settled;
import demofusion.coordinator.dispatch.audit.Audit.Undecided;
import demofusion.coordinator.dispatch.audit.Audit.Verdict;
import demofusion.coordinator.dispatch.audit.Audit.Wait;
import demofusion.protocol.Laws;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
  private final Audit audit = new Audit();

  @Test
  void settles_whenTwoWorkersAgree() {
    assertThat(audit.answered("a", "x")).isEqualTo(new Wait());
    assertThat(audit.answered("b", "x")).isEqualTo(new Settled("x", Proof.OTHERS, List.of()));
  }

  @Test
  void asksAThird_andNamesWhoSaidSomethingElse() {
    audit.answered("a", "x");
    assertThat(audit.answered("b", "y")).isEqualTo(new DrawAgain());
    assertThat(audit.answered("c", "y"))
        .isEqualTo(
            new Settled("y", Proof.OTHERS, List.of(new Lie("a", "x", "y", List.of("b", "c")))));
  }

  @Test
  void believesAWorkerThatIsAlone_whenItSaysTheSameTwice() {
    audit.answered("a", "x");
    assertThat(audit.answered("a", "x")).isEqualTo(new Settled("x", Proof.ITSELF, List.of()));
  }

  @Test
  void namesAWorkerThatIsAlone_whenItSaysSomethingElseOnce() {
    audit.answered("a", "x");
    assertThat(audit.answered("a", "y")).isEqualTo(new DrawAgain());
    assertThat(audit.answered("a", "x"))
        .isEqualTo(new Settled("x", Proof.ITSELF, List.of(new Lie("a", "y", "x", List.of("a")))));
  }

  @Test
  void doesNotBelieveTheMoreFrequentOfTwoWorkers_beforeTheOtherIsAskedAgain() {
    audit.answered("a", "x");
    audit.answered("b", "y");
    assertThat(audit.answered("a", "x")).isEqualTo(new DrawAgain());
    assertThat(audit.answered("b", "x"))
        .isEqualTo(
            new Settled("x", Proof.OTHERS, List.of(new Lie("b", "y", "x", List.of("a", "b")))));
  }

  @Test
  void believesNobody_whenTwoWorkersStandByDifferentAnswers() {
    audit.answered("a", "x");
    audit.answered("b", "y");
    audit.answered("a", "x");

    assertThat(audit.answered("b", "y")).isEqualTo(new Undecided(Map.of("a", "x", "b", "y")));
  }

  @Test
  void takesTheOnlyAnswer_whenTheOtherDrawIsGivenUp() {
    audit.answered("a", "x");
    assertThat(audit.givenUp()).isEqualTo(new Settled("x", Proof.NONE, List.of()));
  }

  @Test
  void isGivenUp_whenEveryDrawIs() {
    assertThat(audit.givenUp()).isEqualTo(new Wait());
    assertThat(audit.givenUp()).isEqualTo(new GivenUp());
  }

  @Test
  void saysForPeopleWhatWasWrong() {
    assertThat(
            new Lie("a", "0123456789abcdef01", "fedcba98765432100", List.of("b", "c"))
                .sentence("it"))
        .isEqualTo(
            "it answered it with other bits (0123456789abcdef) than b and c did"
                + " (fedcba9876543210)");
  }

  /**
   * Whoever draws in whatever order: as long as wrong answers are never the same twice and honest
   * workers always say the same, an audit ends after few draws, with the right answer or none, and
   * calls nobody a liar who is none.
   */
  @Test
  void neverBelievesAWrongAnswer_norAccusesAnHonestWorker() {
    Laws.forAll(
        2000,
        draw -> {
          int workers = draw.between(1, 4);
          int liar = draw.between(0, 4); // maybe nobody's number
          Audit one = new Audit();
          Verdict verdict = new Wait();
          int draws = 0;
          while (verdict instanceof Wait || verdict instanceof DrawAgain) {
            // The one that drew it least often, as the ledger has it.
            int worker = draws % workers;
            boolean lies = worker == liar && draw.either();
            verdict = one.answered("w" + worker, lies ? "wrong-" + draws : "right");
            draws++;
          }

          assertThat(draws).isLessThanOrEqualTo(Audit.MOST_DRAWS);
          if (verdict instanceof Settled settled) {
            assertThat(settled.hash()).isEqualTo("right");
            assertThat(settled.lies()).allMatch(lie -> lie.worker().equals("w" + liar));
          }
          if (workers > 2) {
            assertThat(verdict).isInstanceOf(Settled.class);
            assertThat(draws).isLessThanOrEqualTo(3);
          }
        });
  }
}
