package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Handlers;
import org.junit.jupiter.api.Test;

class KeeperHandlersTest {
  @Test
  void theKeeperHandlesEverythingThatCanBeAsked() {
    assertThat(
            Handlers.missing(
                Handlers.permitted(Jobs.Command.class),
                JobKeeper.class,
                JobQuestions.class,
                Submissions.class,
                RunningJobs.class,
                KnownModelsWriter.class,
                OperatorSettings.class))
        .isEmpty();
  }
}
