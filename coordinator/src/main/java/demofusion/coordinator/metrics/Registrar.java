package demofusion.coordinator.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** Makes metrics of one module and registers them. */
final class Registrar {
  private final CollectorRegistry registry;
  private final String prefix;

  Registrar(CollectorRegistry registry, String prefix) {
    this.registry = registry;
    this.prefix = prefix;
  }

  Counter counter(String name, String help, String... labels) {
    return Counter.build(prefix + name, help).labelNames(labels).register(registry);
  }

  Gauge gauge(String name, String help, String... labels) {
    return Gauge.build(prefix + name, help).labelNames(labels).register(registry);
  }

  Histogram histogram(String name, String help, double[] buckets, String... labels) {
    return Histogram.build(prefix + name, help)
        .buckets(buckets)
        .labelNames(labels)
        .register(registry);
  }
}
