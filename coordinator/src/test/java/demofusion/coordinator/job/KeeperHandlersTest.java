package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Handlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeeperHandlersTest {
  @Test
  void theKeeperHandlesEverythingThatCanBeAsked() {
    List<Class<?>> messages = new ArrayList<>();
    for (Class<?> door : List.of(Jobs.class, Watchers.class, KeeperDesk.class)) {
      Arrays.stream(door.getDeclaredClasses())
          .filter(each -> each.isRecord() && Jobs.Command.class.isAssignableFrom(each))
          .forEach(messages::add);
    }
    messages.add(JobKeeper.Stop.class);

    assertThat(messages).hasSizeGreaterThan(10);
    assertThat(Handlers.missing(messages, JobKeeper.class)).isEmpty();
  }

  @Test
  void theHeraldHandlesEveryMessage() {
    assertThat(Handlers.missing(Handlers.permitted(Herald.Command.class), Herald.class)).isEmpty();
  }
}
