package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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

  @Test
  void anUnknownNameIsRefusedInOneSentenceThatSaysHowNamesAreMade() {
    assertThatThrownBy(() -> SchedulerKind.parse("heun"))
        .hasMessage(
            "scheduler \"heun\" must be SOLVER or SOLVER-SPACING, where SOLVER is ddim, euler,"
                + " euler-ancestral, dpmpp-2m, dpmpp-2m-sde, unipc, lcm, and SPACING is trailing,"
                + " leading, linspace (with ddim, euler, euler-ancestral, dpmpp-2m, dpmpp-2m-sde,"
                + " unipc), or karras, exponential, beta, sgm-uniform, simple, normal,"
                + " ddim-uniform, ays (with euler, euler-ancestral, dpmpp-2m, dpmpp-2m-sde)");
  }

  @Test
  void aSpacingThatASolverDoesNotTakeIsRefusedWithThoseThatItDoes() {
    assertThatThrownBy(() -> SchedulerKind.parse("unipc-karras"))
        .hasMessage(
            "scheduler \"unipc-karras\" cannot be: unipc takes the spacings trailing, leading,"
                + " linspace");
    assertThatThrownBy(() -> SchedulerKind.parse("lcm-beta"))
        .hasMessage("scheduler \"lcm-beta\" cannot be: lcm takes no spacing");
  }
}
