package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of failures of tasks that nobody waits for. */
class ModelLanesTest {
  private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
  private Thread.@Nullable UncaughtExceptionHandler before;

  @BeforeEach
  void listen() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
  }

  @AfterEach
  void leave() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  @Test
  void leaveUndone_whatTheEndOfTheProcessForbids_andSayTheRest() throws InterruptedException {
    try (ModelLanes lanes = new ModelLanes("w", 1)) {
      lanes.execute(
          () -> {
            throw new DemofusionException(FailureCode.CANCELLED, "the process is ending");
          });
      lanes.execute(
          () -> {
            throw new DemofusionException(FailureCode.INTERNAL, "something else");
          });

      assertThat(uncaught.take()).hasMessage("something else");
      assertThat(uncaught).isEmpty();
    }
  }
}
