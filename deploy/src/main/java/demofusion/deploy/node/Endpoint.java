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
public record Endpoint(NodeAddress bind, NodeAddress advertised) {
  /**
   * @param towards a host that should be able to reach this node; empty: any
   * @throws DemofusionException BAD_REQUEST if nobody could tell where the node is found
   */
  static Endpoint of(Settings settings, Setting bind, Setting advertise, String towards) {
    NodeAddress bound = settings.address(bind);
    if (settings.find(advertise).isPresent()) {
      NodeAddress advertised = settings.address(advertise);
      if (advertised.isWildcard()) {
        throw DemofusionException.badRequest(
            settings.name(advertise)
                + " "
                + advertised
                + " stands for all addresses: name one that the others can reach");
      }
      return new Endpoint(bound, advertised);
    }
    if (!bound.isWildcard()) {
      return new Endpoint(bound, bound);
    }
    String host =
        NodeAddress.ownHostTowards(towards)
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        settings.name(bind)
                            + " "
                            + bound
                            + " listens on all addresses, and none of this machine's could be"
                            + " chosen: say with "
                            + advertise.option()
                            + " HOST:PORT where the others find it"));
    return new Endpoint(bound, new NodeAddress(host, bound.port()));
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
  Endpoint withPort(int port) {
    return new Endpoint(
        bind.port() == 0 ? bind.withPort(port) : bind,
        advertised.port() == 0 ? advertised.withPort(port) : advertised);
  }
}
