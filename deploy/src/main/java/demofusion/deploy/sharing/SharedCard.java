package demofusion.deploy.sharing;

import demofusion.worker.model.DiffusionModel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker on a card that belongs to somebody: where its owner wants it, the worker hands back what
 * it has not begun, ends what it has, leaves the farm, and takes its models off the device; when
 * nobody has wanted it for a while, it loads them and joins again. The farm sees a worker that
 * leaves and one that comes.
 */
public final class SharedCard {
  /** One stay of a worker on the farm. */
  public interface Stay {
    /** Until it is told to stop, or fails. */
    void run() throws InterruptedException;

    /** May be called from any thread, before it runs too. */
    void stop();
  }

  private static final Logger LOG = LoggerFactory.getLogger(SharedCard.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int QUIET_LOOKS = 10; // so that a worker does not come and go all the time

  private final String worker;
  private final CardOwner owner;
  private final Supplier<Supplier<List<DiffusionModel>>> models;
  private final Function<Supplier<List<DiffusionModel>>, Stay> stays;
  private final InstantSource clock;
  private final Duration look;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Stay stay;

  /**
   * @param worker its name, for the log
   * @param models opens what the worker serves, anew for each stay
   * @param stays makes a stay that loads such models
   */
  public SharedCard(
      String worker,
      CardOwner owner,
      Supplier<Supplier<List<DiffusionModel>>> models,
      Function<Supplier<List<DiffusionModel>>, Stay> stays) {
    this(worker, owner, models, stays, InstantSource.system(), LOOK);
  }

  SharedCard(
      String worker,
      CardOwner owner,
      Supplier<Supplier<List<DiffusionModel>>> models,
      Function<Supplier<List<DiffusionModel>>, Stay> stays,
      InstantSource clock,
      Duration look) {
    this.worker = worker;
    this.owner = owner;
    this.models = models;
    this.stays = stays;
    this.clock = clock;
    this.look = look;
  }

  /** Works until {@link #stop} is called, or until a stay fails, as which it fails itself. */
  public void run() throws InterruptedException {
    boolean isFirst = true;
    while (awaitFree(isFirst)) {
      if (!isFirst) {
        LOG.info("event=card-taken-again worker={}", worker);
      }
      isFirst = false;
      try (LentModels lent = new LentModels(models.get())) {
        Stay now = stays.apply(lent);
        publish(now);
        Thread watch = new Thread(() -> giveBackWhenWanted(now), "card-owner");
        watch.setDaemon(true);
        watch.start();
        try {
          now.run();
        } finally {
          publish(null);
          watch.interrupt();
          watch.join();
        }
      }
      if (stopping.getCount() > 0) {
        LOG.info("event=card-free worker={}", worker);
      }
    }
  }

  /**
   * Waits until nobody wants the card; at the start one look is enough.
   *
   * @return false if the worker is to end
   */
  private boolean awaitFree(boolean isFirst) throws InterruptedException {
    int quiet = 0;
    boolean isSaid = !isFirst;
    while (stopping.getCount() > 0) {
      Optional<String> reason = owner.wants(clock.instant());
      quiet = reason.isPresent() ? 0 : quiet + 1;
      if (quiet >= (isSaid ? QUIET_LOOKS : 1)) {
        return true;
      }
      if (reason.isPresent() && !isSaid) {
        LOG.info("event=card-wanted worker={} reason=\"{}\"", worker, reason.get());
        isSaid = true;
      }
      if (stopping.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private void giveBackWhenWanted(Stay now) {
    try {
      while (!stopping.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
        Optional<String> reason = owner.wants(clock.instant());
        if (Thread.interrupted()) {
          return;
        }
        if (reason.isPresent()) {
          LOG.info("event=card-wanted worker={} reason=\"{}\"", worker, reason.get());
          now.stop();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the stay is over
    }
  }

  private synchronized void publish(@Nullable Stay now) {
    stay = now;
    if (now != null && stopping.getCount() == 0) {
      now.stop();
    }
  }

  /** Begins to end it; may be called from any thread. */
  public synchronized void stop() {
    stopping.countDown();
    Stay now = stay;
    if (now != null) {
      now.stop();
    }
  }
}
