package demofusion.worker.model.sdxl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LibtorchGateTest {
  private final LibtorchGate gate = new LibtorchGate();

  @Test
  void holdsUpTheEnd_untilEverybodyIsOut() throws InterruptedException {
    gate.enter();
    gate.enter();
    Thread end = begin(gate::close);
    awaitWaiting(end);

    gate.leave();
    awaitWaiting(end);
    gate.leave();

    end.join();
    assertThat(end.isAlive()).isFalse();
  }

  @Test
  void letsNobodyIn_onceTheEndHasBegun() throws InterruptedException {
    gate.enter();
    Thread end = begin(gate::close);
    awaitWaiting(end);

    Thread late = begin(gate::enter);
    awaitWaiting(late);
    gate.leave();
    end.join();

    assertThat(late.getState()).isEqualTo(Thread.State.WAITING);
  }

  private static Thread begin(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
