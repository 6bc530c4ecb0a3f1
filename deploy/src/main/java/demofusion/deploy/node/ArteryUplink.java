package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.security.PeerProbe;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.CoordinatorRefs;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The way over Artery: the worker connects to the coordinator, and the coordinator to the worker.
 *
 * @param coordinators at least one
 */
record ArteryUplink(
    List<NodeAddress> coordinators, ListeningAddress endpoint, FarmSecurity security)
    implements Uplink {
  ArteryUplink {
    coordinators = List.copyOf(coordinators);
  }

  /**
   * @param name of the worker, whose certificate may have it too
   */
  static ArteryUplink of(Settings settings, List<NodeAddress> coordinators, String name) {
    String towards = coordinators.get(0).host();
    ListeningAddress endpoint =
        ListeningAddress.of(settings, Setting.WORKER_BIND, Setting.WORKER_ADVERTISE, towards);
    FarmSecurity security =
        FarmSecurity.of(settings, endpoint.advertised().host(), name, FarmSystem.WORKER);
    security.require(endpoint);
    return new ArteryUplink(coordinators, endpoint, security);
  }

  @Override
  public <T> ActorSystem<T> start(Behavior<T> guardian, WireMetrics wire) {
    return FarmSystem.start(guardian, FarmSystem.WORKER, endpoint, security.remoting(), wire);
  }

  @Override
  public Uplink again(ActorSystem<?> former) {
    int port = FarmSystem.address(former).port();
    return new ArteryUplink(coordinators, endpoint.withPort(port), security);
  }

  @Override
  public CoordinatorRefs coordinators(
      ActorContext<?> node, String worker, int largestMessage, WireMetrics wire) {
    return CoordinatorRefs.remote(
        () ->
            coordinators.stream()
                .map(address -> FarmSystem.members(node.getSystem(), address))
                .toList());
  }

  @Override
  public String targets() {
    return coordinators.toString();
  }

  @Override
  public String address(ActorSystem<?> system) {
    return FarmSystem.address(system).toString();
  }

  @Override
  public String name(ActorRef<DispatcherProtocol.Command> coordinator) {
    return coordinator.path().address().hostPort();
  }

  @Override
  public Optional<Supplier<String>> doubt(ActorSystem<?> system) {
    PeerProbe probe = security.probe();
    NodeAddress coordinator = coordinators.get(0);
    String wayBack =
        "it may not reach this worker at %s: give an address that it can reach with --advertise,"
                .formatted(FarmSystem.address(system))
            + " or dial out with --join https://…";
    return Optional.of(() -> probe.sentence(coordinator.host(), coordinator.port(), wayBack));
  }

  @Override
  public Optional<String> heardHereOnly() {
    return endpoint.heardHereOnly();
  }

  @Override
  public void watchOver(ActorContext<?> node) {
    security.watchOver(node);
  }
}
