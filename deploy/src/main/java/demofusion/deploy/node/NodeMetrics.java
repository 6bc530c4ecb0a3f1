package demofusion.deploy.node;

import demofusion.deploy.launch.Installation;
import demofusion.protocol.wire.WireMetrics;
import demofusion.protocol.wire.WireSerializer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import io.prometheus.client.hotspot.DefaultExports;

/**
 * The registry of a node and what is in it on every node: the JVM's own metrics, the wire's, and
 * {@code demofusion_build_info}. What a coordinator or a worker has beside is in their classes.
 */
final class NodeMetrics {
  private final CollectorRegistry registry = new CollectorRegistry();
  private final WireMetrics wire;

  /**
   * @param role coordinator or worker
   */
  NodeMetrics(String role) {
    DefaultExports.register(registry);
    wire = new WireMetrics(registry);
    Gauge.build("demofusion_build_info", "Always 1; the program's version and protocol as labels.")
        .labelNames("version", "role", "wire")
        .register(registry)
        .labels(Installation.version(), role, WireSerializer.VERSION)
        .set(1);
  }

  CollectorRegistry registry() {
    return registry;
  }

  WireMetrics wire() {
    return wire;
  }
}
