package demofusion.worker;

import demofusion.protocol.message.DispatcherProtocol;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where a worker may find a coordinator.
 *
 * @param members who hears heartbeats, at least one; asked again while nobody answers, since names
 *     may mean other addresses by then
 * @param every how often it is told; zero: once, since it is in the same process and watches
 */
public record CoordinatorRefs(
    Supplier<List<ActorRef<DispatcherProtocol.Command>>> members, Duration every) {
  /** A killed worker is missed after four of these. */
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** In the same process. */
  public static CoordinatorRefs local(ActorRef<DispatcherProtocol.Command> dispatcher) {
    return new CoordinatorRefs(() -> List.of(dispatcher), Duration.ZERO);
  }

  /** On other machines. */
  public static CoordinatorRefs remote(
      Supplier<List<ActorRef<DispatcherProtocol.Command>>> members) {
    return new CoordinatorRefs(members, EVERY);
  }
}
