package demofusion.coordinator;

import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** The threads for what would hold up an actor, as {@code reference.conf} describes them. */
public final class CoordinatorThreads {
  /** The dispatcher of {@link #library}, by which a stream names it. */
  public static final String LIBRARY = "demofusion.coordinator.library-dispatcher";

  private CoordinatorThreads() {}

  /** For arithmetic on whole latents. */
  public static Executor compute(ActorSystem<?> system) {
    return named(system, "demofusion.coordinator.compute-dispatcher");
  }

  /** For reading and writing files. */
  public static Executor files(ActorSystem<?> system) {
    return named(system, "demofusion.coordinator.file-dispatcher");
  }

  /** For files of the store of models: what waits there keeps no picture waiting. */
  public static Executor library(ActorSystem<?> system) {
    return named(system, LIBRARY);
  }

  /** For reading through what was recorded for years, which may take a while. */
  public static Executor history(ActorSystem<?> system) {
    return named(system, "demofusion.coordinator.history-dispatcher");
  }

  /** For questions to the provider that people sign in with, which may be slow or away. */
  public static Executor signIn(ActorSystem<?> system) {
    return named(system, "demofusion.coordinator.sign-in-dispatcher");
  }

  private static Executor named(ActorSystem<?> system, String path) {
    return system.dispatchers().lookup(DispatcherSelector.fromConfig(path));
  }
}
