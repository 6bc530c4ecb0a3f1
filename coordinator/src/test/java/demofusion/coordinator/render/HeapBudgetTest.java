package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
  private static final JobId CAT = new JobId("cat");
  private static final JobId DOG = new JobId("dog");
  private static final JobId OWL = new JobId("owl");

  private final HeapBudget budget = new HeapBudget(100);

  @Test
  void givesRoomToWhatFitsTogether() {
    budget.ask(CAT, 0, 60);
    budget.ask(DOG, 0, 40);
    budget.ask(OWL, 0, 1);

    assertThat(budget.give()).containsExactly(CAT, DOG);
    budget.release(DOG);
    assertThat(budget.give()).containsExactly(OWL);
  }

  @Test
  void givesRoomToOneAlone_howeverLarge() {
    budget.ask(CAT, 0, 500);

    assertThat(budget.give()).containsExactly(CAT);
  }

  @Test
  void letsNobodyOvertakeWhoWaitsForMuch() {
    budget.ask(CAT, 0, 60);
    budget.give();
    budget.ask(DOG, 0, 80);
    budget.ask(OWL, 0, 10);

    assertThat(budget.give()).isEmpty();
    budget.release(CAT);
    assertThat(budget.give()).containsExactly(DOG, OWL);
  }

  @Test
  void letsTheMoreUrgentOvertake() {
    budget.ask(CAT, 0, 60);
    budget.give();
    budget.ask(DOG, 0, 80);
    budget.ask(OWL, 5, 10);

    assertThat(budget.give()).containsExactly(OWL);
  }

  @Test
  void forgetsWhoGivesUpWaiting() {
    budget.ask(CAT, 0, 60);
    budget.give();
    budget.ask(DOG, 0, 80);
    budget.ask(OWL, 0, 10);

    budget.release(DOG);

    assertThat(budget.give()).containsExactly(OWL);
  }
}
