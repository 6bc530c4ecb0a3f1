package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NativeShutdownGuardTest {
  private final NativeShutdownGuard gate = new NativeShutdownGuard();

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
  void turnsNewcomersAway_onceTheEndHasBegun() throws InterruptedException {
    gate.enter();
    Thread end = begin(gate::close);
    awaitWaiting(end);

    CompletableFuture<Void> late = CompletableFuture.runAsync(gate::enter);
    CompletableFuture<Boolean> freeing = CompletableFuture.supplyAsync(gate::entersToFree);

    assertThatThrownBy(late::join).hasRootCauseMessage("the process is ending");
    assertThat(freeing.join()).isFalse();
    gate.enter(); // who is inside may go further in
    assertThat(gate.entersToFree()).isTrue();
    gate.leave();
    gate.leave();
    gate.leave();
    end.join();
    assertThatThrownBy(gate::enter).hasMessage("the process is ending");
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
