package demofusion.deploy.node;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.wire.WireMetrics;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the actor systems of a farm's nodes. */
final class FarmSystem {
  /** All nodes' systems have the same name, or they would not know each other. */
  static final String NAME = "demofusion";

  static final String COORDINATOR = "coordinator";
  static final String WORKER = "worker";
  private static final String DIAL_OUT = "dialout";

  /** The name of a coordinator's actor that workers know. */
  static final String DISPATCHER = "dispatcher";

  /** The name of a worker node's actor that hears what its coordinator goes by. */
  static final String NAMES = "names";

  /** What ends an orderly system takes a second or two. */
  static final Duration TO_END = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(FarmSystem.class);

  /** Nobody is ever found there (RFC 2606): a name that has no address yet. */
  private static final String UNRESOLVED = "unresolved.invalid";

  private FarmSystem() {}

  /**
   * Starts a system that listens.
   *
   * @param role names its configuration
   * @throws DemofusionException BAD_REQUEST if it cannot listen there
   */
  static <T> ActorSystem<T> start(
      Behavior<T> guardian,
      String role,
      ListeningAddress endpoint,
      Config remoting,
      WireMetrics wire) {
    Map<String, Object> own = new HashMap<>();
    own.put("pekko.remote.artery.canonical.hostname", host(endpoint.advertised()));
    own.put("pekko.remote.artery.canonical.port", endpoint.advertised().port());
    own.put("pekko.remote.artery.bind.hostname", host(endpoint.bind()));
    own.put("pekko.remote.artery.bind.port", endpoint.bind().port());
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseMap(own)
                .withFallback(remoting)
                .withFallback(ConfigFactory.parseResourcesAnySyntax("farm-" + role)));
    try {
      return create(guardian, config, wire);
    } catch (RuntimeException e) {
      throw refusal(e, endpoint);
    }
  }

  /** Starts a system that nobody can connect to. */
  static <T> ActorSystem<T> startUnheard(Behavior<T> guardian, WireMetrics wire) {
    Config config = ConfigFactory.parseResourcesAnySyntax("farm-" + DIAL_OUT);
    return create(guardian, ConfigFactory.load(config), wire);
  }

  private static <T> ActorSystem<T> create(Behavior<T> guardian, Config config, WireMetrics wire) {
    return ActorSystem.create(
        guardian, NAME, ActorSystemSetup.create(BootstrapSetup.create(config), wire));
  }

  /**
   * Waits until a system has ended that somebody tells to. Remoting can wait for good for a
   * connection that was being made just then; a process must not, and goes on without it.
   *
   * @param most how long to wait from the moment on when nothing but remoting is left, or from now
   *     on if it is being ended already
   * @return whether all of it has ended
   */
  static boolean awaitEnd(ActorSystem<?> system, Duration most) {
    CompletableFuture<Done> ended = system.getWhenTerminated().toCompletableFuture();
    CompletableFuture<Done> ending = new CompletableFuture<>();
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseActorSystemTerminate(),
        "farm-system-is-ending",
        () -> {
          ending.complete(Done.getInstance());
          return ending;
        });
    if (shutdown.getShutdownReason().isPresent()) {
      ending.complete(Done.getInstance()); // the phase may be over already
    }
    CompletableFuture.anyOf(ended, ending).join();
    boolean isOver =
        ended
            .thenApply(done -> true)
            .completeOnTimeout(false, most.toMillis(), MILLISECONDS)
            .join();
    if (!isOver) {
      LOG.warn("event=remoting-does-not-end waited={}", most);
    }
    return isOver;
  }

  private static RuntimeException refusal(RuntimeException failure, ListeningAddress endpoint) {
    BindException bind = cause(failure, BindException.class);
    if (bind != null) {
      String reason = String.valueOf(bind.getMessage());
      return DemofusionException.badRequest(
          "cannot listen on %s%s"
              .formatted(
                  endpoint.bind(),
                  (reason.contains("in use")
                      ? ": another program uses it; stop that one, or choose another port with"
                          + " --bind"
                      : " (" + reason + "): choose one of this machine's addresses with --bind")));
    }
    if (cause(failure, UnresolvedAddressException.class) != null) {
      return DemofusionException.badRequest(
          "unknown host " + endpoint.bind().host() + ": choose another with --bind");
    }
    return failure;
  }

  private static <E extends Throwable> @Nullable E cause(Throwable failure, Class<E> kind) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return kind.cast(each);
      }
    }
    return null;
  }

  /** Where a running system is found. */
  static NodeAddress address(ActorSystem<?> system) {
    Address own = ((ExtendedActorSystem) Adapter.toClassic(system)).provider().getDefaultAddress();
    return NodeAddress.ofUrl(own.getHost().orElseThrow(), own.getPort().orElseThrow());
  }

  /**
   * Who hears heartbeats at a coordinator's address; whether anybody is there, nobody knows. A name
   * that Pekko cannot use is looked up, so ask again where nobody answers.
   */
  static ActorRef<DispatcherProtocol.Command> members(ActorSystem<?> system, NodeAddress node) {
    return ActorRefResolver.get(system)
        .resolveActorRef(address(node) + "/user/" + DISPATCHER + "/" + Dispatcher.MEMBERS);
  }

  /** A node's address, as Pekko writes it. */
  static Address address(NodeAddress node) {
    return new Address("pekko", NAME, node.hostInUrls().orElse(UNRESOLVED), node.port());
  }

  private static String host(NodeAddress own) {
    return own.hostInUrls()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "unknown host " + own.host() + ": choose another with --bind or --advertise"));
  }
}
