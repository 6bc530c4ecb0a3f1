package demofusion.coordinator.render;

import demofusion.protocol.DispatcherProtocol;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What operators can ask of the {@link Dispatcher} about its workers, and what is answered. */
public final class Workers {
  private Workers() {}

  public sealed interface Command extends DispatcherProtocol.Command {}

  /** Who is there, in the order in which they came. */
  public record ListAll(ActorRef<Listing> replyTo) implements Command {}

  public record Listing(List<WorkerView> workers) {
    public Listing {
      workers = List.copyOf(workers);
    }
  }

  /**
   * Gives a worker nothing more, or lets it back: one that was drained or put aside. Holds for the
   * worker's name, so also when it comes again.
   */
  public record Drain(String worker, boolean letBack, ActorRef<Drained> replyTo)
      implements Command {}

  /** The worker as it is now; null if none of that name is there. */
  public record Drained(@Nullable WorkerView worker) {}
}
