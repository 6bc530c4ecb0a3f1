package demofusion.deploy.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.wire.WireMetrics;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** Makes the actor systems of a farm's nodes. */
final class FarmSystem {
  /** All nodes' systems have the same name, or they would not know each other. */
  static final String NAME = "demofusion";

  static final String COORDINATOR = "coordinator";
  static final String WORKER = "worker";

  private static final String CONFIGURATION = "farm";

  private FarmSystem() {}

  /**
   * Starts a system that listens, but has not joined anybody.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot listen there
   */
  static <T> ActorSystem<T> start(
      Behavior<T> guardian, String role, Endpoint endpoint, Config remoting, WireMetrics wire) {
    Map<String, Object> own = new HashMap<>();
    own.put("pekko.cluster.roles", List.of(role));
    own.put("pekko.remote.artery.canonical.hostname", endpoint.advertised().host());
    own.put("pekko.remote.artery.canonical.port", endpoint.advertised().port());
    own.put("pekko.remote.artery.bind.hostname", endpoint.bind().host());
    own.put("pekko.remote.artery.bind.port", endpoint.bind().port());
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseMap(own)
                .withFallback(remoting)
                .withFallback(ConfigFactory.parseResourcesAnySyntax(CONFIGURATION)));
    try {
      return ActorSystem.create(
          guardian, NAME, ActorSystemSetup.create(BootstrapSetup.create(config), wire));
    } catch (RuntimeException e) {
      throw refusal(e, endpoint);
    }
  }

  private static RuntimeException refusal(RuntimeException failure, Endpoint endpoint) {
    BindException bind = cause(failure, BindException.class);
    if (bind != null) {
      String reason = String.valueOf(bind.getMessage());
      return DemofusionException.badRequest(
          "cannot listen on "
              + endpoint.bind()
              + (reason.contains("in use")
                  ? ": another program does already; stop that one, or choose another port with"
                      + " --bind"
                  : " (" + reason + "): choose an address of this machine's with --bind"));
    }
    if (cause(failure, UnresolvedAddressException.class) != null) {
      return DemofusionException.badRequest(
          "there is no host " + endpoint.bind().host() + ": choose another with --bind");
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
    Address own = Cluster.get(system).selfMember().address();
    return new NodeAddress(own.getHost().orElseThrow(), own.getPort().orElseThrow());
  }

  /** Another node's address, as the cluster writes it. */
  static Address address(NodeAddress node) {
    return new Address("pekko", NAME, node.host(), node.port());
  }
}
