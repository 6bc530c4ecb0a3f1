package demofusion.deploy.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Time that passes only where somebody waits, and in which things happen. */
final class ScriptedPause implements Pause {
  private final Deque<Runnable> happenings = new ArrayDeque<>();
  private long now = 1_000_000_000L;
  private Duration waited = Duration.ZERO;

  /** What happens during the next wait that nothing happens in yet. */
  ScriptedPause then(Runnable happening) {
    happenings.add(happening);
    return this;
  }

  ScriptedPause thenNothing() {
    return then(() -> {});
  }

  Duration waited() {
    return waited;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public void sleep(Duration time) {
    now += time.toNanos();
    waited = waited.plus(time);
    Runnable happening = happenings.poll();
    if (happening != null) {
      happening.run();
    }
  }
}
