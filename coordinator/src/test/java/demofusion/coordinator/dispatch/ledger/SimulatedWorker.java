package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.FailureCode;
import demofusion.protocol.LeaseId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A worker with one lane in virtual time, as {@code worker.TileWorker} behaves: first come first
 * served, what comes twice is done once, what has not begun or is not there is handed back when it
 * is withdrawn.
 */
final class SimulatedWorker {
  static final int CREDITS = 2;

  private record Item(LeaseId lease, Object work, double effort, long arrived) {}

  final String name;
  WorkerId id;
  long nanosPerView;
  boolean saysNaN;
  boolean isDead;
  boolean hangs;
  long pausedUntil;
  private final VirtualTime time;
  private final SimulatedNetwork network;
  private final UnaryOperator<Object> model;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final Set<LeaseId> known = new HashSet<>();
  private @Nullable Item running;
  private @Nullable Runnable whenHangingEnds;
  private int incarnation;
  private int life; // what a life began ends with it

  SimulatedWorker(
      String name,
      long nanosPerView,
      VirtualTime time,
      SimulatedNetwork network,
      UnaryOperator<Object> model) {
    this.name = name;
    this.nanosPerView = nanosPerView;
    this.time = time;
    this.network = network;
    this.model = model;
    this.id = nextId();
  }

  /** Its actor system is another from now on; what it has in hand is finished all the same. */
  void joinAgain() {
    id = nextId();
  }

  private WorkerId nextId() {
    return new WorkerId(name + "#" + incarnation++);
  }

  void die() {
    isDead = true;
    life++;
    waiting.clear();
    known.clear();
    running = null;
    whenHangingEnds = null;
    hangs = false;
  }

  void liveAgain() {
    isDead = false;
    pausedUntil = 0;
    joinAgain();
  }

  void hearPerform(LeaseId lease, Object work, double effort) {
    if (whenAwake(() -> hearPerform(lease, work, effort)) && known.add(lease)) {
      waiting.add(new Item(lease, work, effort, time.now()));
      beginNext();
    }
  }

  void hearWithdraw(LeaseId lease) {
    if (whenAwake(() -> hearWithdraw(lease))) {
      boolean isRunning = running != null && running.lease.equals(lease);
      if (!isRunning) {
        waiting.removeIf(item -> item.lease.equals(lease));
        known.add(lease);
        network.fail(this, id, lease, FailureCode.CANCELLED);
      }
    }
  }

  /** Whether it hears anything now; if it is only paused, it will do so later. */
  private boolean whenAwake(Runnable otherwise) {
    if (isDead) {
      return false;
    }
    if (pausedUntil > time.now()) {
      int now = life;
      time.after(
          pausedUntil - time.now(),
          () -> {
            if (now == life) {
              otherwise.run();
            }
          });
      return false;
    }
    return true;
  }

  private void beginNext() {
    if (running != null || waiting.isEmpty()) {
      return;
    }
    Item item = waiting.remove();
    running = item;
    long duration = (long) (item.effort * nanosPerView * network.jitter());
    long begun = time.now();
    int now = life;
    time.after(
        duration,
        () -> {
          if (now == life) {
            end(item, begun);
          }
        });
  }

  void hangNoMore() {
    hangs = false;
    if (whenHangingEnds != null) {
      Runnable next = whenHangingEnds;
      whenHangingEnds = null;
      next.run();
    }
  }

  private void end(Item item, long begun) {
    if (hangs) {
      whenHangingEnds = () -> end(item, begun);
      return;
    }
    if (whenAwake(() -> end(item, begun))) {
      running = null;
      if (saysNaN) {
        network.fail(this, id, item.lease, FailureCode.NOT_FINITE);
      } else {
        network.complete(
            this, id, item.lease, model.apply(item.work), time.now() - begun, begun - item.arrived);
      }
      beginNext();
    }
  }
}
