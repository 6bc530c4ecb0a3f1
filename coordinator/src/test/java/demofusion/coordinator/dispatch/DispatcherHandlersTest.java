package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Handlers;
import demofusion.protocol.message.DispatcherProtocol;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DispatcherHandlersTest {
  @Test
  void theDispatcherHandlesEveryMessage() {
    List<Class<?>> messages = Handlers.permitted(DispatcherCommand.class);
    messages.remove(Dispatcher.Own.class);
    messages.addAll(Handlers.permitted(Dispatcher.Own.class));

    assertThat(Handlers.missing(messages, Dispatcher.class)).isEmpty();
  }

  @Test
  void everythingThatWorkersSayHasAMessageToComeInAs() {
    Stream<Class<?>> wrapped =
        Handlers.permitted(Dispatcher.Own.class).stream()
            .map(Class::getRecordComponents)
            .filter(components -> components.length == 1)
            .map(components -> components[0])
            .map(RecordComponent::getType);

    assertThat(wrapped).containsAll(Handlers.permitted(DispatcherProtocol.Command.class));
  }
}
