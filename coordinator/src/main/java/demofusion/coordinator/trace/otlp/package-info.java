/**
 * Where a picture's time went, as spans for a collector that speaks OTLP (OpenTelemetry's
 * protocol). Off unless an operator names a collector; only this package knows OpenTelemetry. Read
 * {@link demofusion.coordinator.trace.otlp.OtlpTraces} first.
 *
 * <pre>
 * render events, attempts ──▶ OtlpTraces (queue) ──▶ JobSpans ──▶ SpanSender ──▶ collector
 * </pre>
 */
@NullMarked
package demofusion.coordinator.trace.otlp;

import org.jspecify.annotations.NullMarked;
