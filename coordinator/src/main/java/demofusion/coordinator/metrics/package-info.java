/**
 * The coordinator's metrics. Read {@link demofusion.coordinator.metrics.CoordinatorMetrics} first:
 * it has every name, label and unit. It is told about everything through {@link
 * demofusion.coordinator.render.FarmObserver}; no other package here knows Prometheus.
 */
@NullMarked
package demofusion.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
