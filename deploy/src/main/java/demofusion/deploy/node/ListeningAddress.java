package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.util.Optional;

/**
 * Where a node listens, and where the others find it.
 *
 * @param advertised has port 0 where the bound port is only known once it is bound
 */
public record ListeningAddress(NodeAddress bind, NodeAddress advertised) {
  /**
   * @param towards a host that should be able to reach this node; empty: any
   * @throws DemofusionException BAD_REQUEST if nobody could tell where the node is found
   */
  static ListeningAddress of(Settings settings, Setting bind, Setting advertise, String towards) {
    NodeAddress bound = settings.address(bind);
    if (settings.find(advertise).isPresent()) {
      NodeAddress advertised = settings.address(advertise);
      if (advertised.isWildcard()) {
        throw DemofusionException.badRequest(
            "%s %s means all addresses: give one that the other nodes can reach"
                .formatted(settings.name(advertise), advertised));
      }
      return new ListeningAddress(bound, advertised);
    }
    if (!bound.isWildcard()) {
      return new ListeningAddress(bound, bound);
    }
    String host =
        NodeAddress.ownHostTowards(towards)
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        ("%s %s listens on all addresses, and this machine's own"
                                + " cannot be determined: set %s HOST:PORT to the address that the"
                                + " others use")
                            .formatted(settings.name(bind), bound, advertise.option())));
    return new ListeningAddress(bound, new NodeAddress(host, bound.port()));
  }

  /** Whether only this machine's processes can reach it. */
  boolean isLoopback() {
    return bind.isLoopback();
  }

  /** What to say where others are told of an address that leads nowhere but here. */
  Optional<String> heardHereOnly() {
    return bind.heardHereOnly();
  }

  /** The same with the port that it was given, so that the others find it again there. */
  ListeningAddress withPort(int port) {
    return new ListeningAddress(
        bind.port() == 0 ? bind.withPort(port) : bind,
        advertised.port() == 0 ? advertised.withPort(port) : advertised);
  }
}
