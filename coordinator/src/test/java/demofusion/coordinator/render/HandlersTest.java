package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.Task;
import demofusion.protocol.Handlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlersTest {
  @Test
  void theSessionHandlesEveryMessage() {
    List<Class<?>> messages = new ArrayList<>(Handlers.permitted(RenderSession.Command.class));
    // An outcome is unwrapped on its way to its handler.
    messages.remove(RenderSession.Answered.class);
    messages.add(Task.Done.class);

    assertThat(Handlers.missing(messages, RenderSession.class)).isEmpty();
  }

  @Test
  void theQueueHandlesEveryMessage() {
    assertThat(Handlers.missing(Handlers.permitted(RenderQueue.Command.class), RenderQueue.class))
        .isEmpty();
  }

  @Test
  void thePictureAssemblyHandlesEveryMessage() {
    List<Class<?>> messages = Handlers.permitted(PictureAssembly.Command.class);
    messages.removeIf(message -> message.getSimpleName().equals("Answered"));
    messages.add(Task.Done.class);

    assertThat(Handlers.missing(messages, PictureAssembly.class)).isEmpty();
  }
}
