package demofusion.coordinator.dispatch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.Laws;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditShareTest {
  @Test
  void choosesThatShareOfAnyPlansUnits() {
    Laws.forAll(
        20,
        draw -> {
          double share = draw.between(0, 100) / 100.0;
          String plan = "plan " + draw.between(0, 1_000_000);
          long chosen =
              IntStream.range(0, 5000)
                  .filter(unit -> new AuditShare(share).chooses(plan, "unit " + unit))
                  .count();

          assertThat(chosen / 5000.0).isCloseTo(share, within(0.04));
        });
  }

  @Test
  void choosesTheSameUnitsAlways_andMoreWithALargerShare() {
    Laws.forAll(
        500,
        draw -> {
          String unit = "unit " + draw.between(0, 1_000_000);
          double share = draw.between(0, 1000) / 1000.0;
          double more = Math.min(1, share + draw.between(0, 1000) / 1000.0);

          boolean isChosen = new AuditShare(share).chooses("plan", unit);

          assertThat(new AuditShare(share).chooses("plan", unit)).isEqualTo(isChosen);
          assertThat(new AuditShare(more).chooses("plan", unit) || !isChosen).isTrue();
        });
  }

  @Test
  void choosesOthersInAnotherPlan() {
    AuditShare half = new AuditShare(0.5);

    assertThat(IntStream.range(0, 100).mapToObj(unit -> half.chooses("a", "unit " + unit)).toList())
        .isNotEqualTo(
            IntStream.range(0, 100).mapToObj(unit -> half.chooses("b", "unit " + unit)).toList());
  }

  @Test
  void refusesWhatIsNoShare() {
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new AuditShare(wrong))
          .hasMessage("the audited share must be from 0 to 1, not " + wrong);
    }
  }
}
