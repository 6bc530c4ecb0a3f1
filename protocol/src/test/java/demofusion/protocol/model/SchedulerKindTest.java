package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerKindTest {
  @Test
  void everyKindIsReadByItsName() {
    for (SchedulerKind kind : SchedulerKind.all()) {
      assertThat(SchedulerKind.parse(kind.toString())).isEqualTo(kind);
    }
    assertThat(SchedulerKind.all())
        .doesNotHaveDuplicates()
        .containsAll(SchedulerKind.OF_FOLDERS)
        .extracting(SchedulerKind::toString)
        .contains("euler-sgm-uniform", "dpmpp-2m-sde-ays", "unipc-trailing", "ddim-leading");
  }

  @ParameterizedTest
  @CsvSource({
    "euler, 5, 5, 1",
    "heun, 9, 5, 2",
    "dpmpp-sde, 9, 5, 2",
    "dpmpp-2s, 5, 5, 1",
    "pndm, 6, 5, 2",
  })
  void aStepAsksTheModelOnceOrTwice_andTheLastOneOnce(
      String solver, int evaluations, int steps, int ofTheFirst) {
    Solver asked = SchedulerKind.parse(solver).solver();

    assertThat(asked.evaluations(steps, steps)).isEqualTo(evaluations);
    assertThat(asked.evaluations(1, steps)).isEqualTo(ofTheFirst);
    assertThat(asked.evaluations(0, steps)).isZero();
    assertThat(asked.evaluations(1, 1)).isEqualTo(1);
  }

  @Test
  void anUnknownNameIsRefusedInOneSentenceThatSaysHowNamesAreMade() {
    assertThatThrownBy(() -> SchedulerKind.parse("restart"))
        .hasMessage(
            "scheduler \"restart\" must be SOLVER or SOLVER-SPACING, where SOLVER is ddim, euler,"
                + " euler-ancestral, dpmpp-2m, dpmpp-2m-sde, unipc, lcm, heun, dpm2,"
                + " dpm2-ancestral, lms, dpmpp-2s-ancestral, dpmpp-sde, dpmpp-3m, dpmpp-3m-sde,"
                + " dpmpp-2s, pndm, deis, tcd, lightning, turbo, hyper-sd, edm-euler, edm-dpmpp-2m,"
                + " and SPACING is trailing, leading, linspace (with ddim, euler, euler-ancestral,"
                + " dpmpp-2m, dpmpp-2m-sde, unipc, heun, dpm2, dpm2-ancestral, lms,"
                + " dpmpp-2s-ancestral, dpmpp-sde, dpmpp-3m, dpmpp-3m-sde, pndm, deis), or karras,"
                + " exponential, beta, sgm-uniform, simple, normal, ddim-uniform, ays (with euler,"
                + " euler-ancestral, dpmpp-2m, dpmpp-2m-sde, heun, dpm2, dpm2-ancestral, lms,"
                + " dpmpp-2s-ancestral, dpmpp-sde, dpmpp-3m-sde)");
  }

  @Test
  void aSpacingThatASolverDoesNotTakeIsRefusedWithThoseThatItDoes() {
    assertThatThrownBy(() -> SchedulerKind.parse("unipc-karras"))
        .hasMessage(
            "scheduler \"unipc-karras\" cannot be: unipc takes the spacings trailing, leading,"
                + " linspace");
    assertThatThrownBy(() -> SchedulerKind.parse("dpmpp-3m-karras"))
        .hasMessageContaining("dpmpp-3m takes the spacings trailing, leading, linspace");
    assertThatThrownBy(() -> SchedulerKind.parse("dpmpp-2s-leading"))
        .hasMessageContaining("dpmpp-2s takes no spacing");
    assertThatThrownBy(() -> SchedulerKind.parse("lcm-beta"))
        .hasMessage("scheduler \"lcm-beta\" cannot be: lcm takes no spacing");
  }
}
