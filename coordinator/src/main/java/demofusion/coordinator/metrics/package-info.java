/**
 * What operators see of the coordinator in numbers. Read {@link
 * demofusion.coordinator.metrics.CoordinatorMetrics} first: it has every name, label and unit. It
 * hears of everything through {@link demofusion.coordinator.render.FarmObserver}; nobody else here
 * knows Prometheus.
 */
@NullMarked
package demofusion.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
