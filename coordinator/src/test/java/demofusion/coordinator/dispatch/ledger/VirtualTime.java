package demofusion.coordinator.dispatch.ledger;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** A clock that jumps from one event to the next. */
final class VirtualTime {
  static final long MILLIS = 1_000_000;
  static final long SECONDS = 1000 * MILLIS;

  private record Event(long at, long number, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long nextNumber;

  long now() {
    return now;
  }

  void after(long nanos, Runnable what) {
    events.add(new Event(now + nanos, nextNumber++, what));
  }

  /** Lets events happen until something is so. */
  void runUntil(BooleanSupplier isEnough, long latest) {
    while (!isEnough.getAsBoolean()) {
      Event next = events.poll();
      if (next == null || next.at > latest) {
        throw new AssertionError("it did not end in " + latest / SECONDS + " s of virtual time");
      }
      now = next.at;
      next.what.run();
    }
  }
}
