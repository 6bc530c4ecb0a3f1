package demofusion.coordinator.job.settle;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Handlers;
import org.junit.jupiter.api.Test;

class NotifierHandlersTest {
  @Test
  void theNotifierHandlesEveryMessage() {
    assertThat(
            Handlers.missing(
                Handlers.permitted(CompletionNotifier.Command.class), CompletionNotifier.class))
        .isEmpty();
  }
}
