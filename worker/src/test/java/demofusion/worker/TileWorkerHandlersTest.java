package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Handlers;
import demofusion.protocol.message.TileWorkerProtocol;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TileWorkerHandlersTest {
  @Test
  void handlesEveryMessage() {
    List<Class<?>> messages = Handlers.permitted(TileWorkerProtocol.Command.class);
    messages.remove(TileWorkerProtocol.Internal.class);
    Arrays.stream(TileWorker.class.getDeclaredClasses())
        .filter(TileWorkerProtocol.Internal.class::isAssignableFrom)
        .forEach(messages::add);

    assertThat(messages).hasSize(14);
    assertThat(Handlers.missing(messages, TileWorker.class)).isEmpty();
  }
}
