/**
 * Where a picture's time went: a job's spans, written to a file in its folder while it is drawn,
 * and read from there as a timeline. Read {@link demofusion.coordinator.trace.Span} first.
 *
 * <pre>
 * render events, attempts ──▶ TraceRecorder ──▶ trace.jsonl ──▶ Timeline ──▶ Trace Event Format
 * </pre>
 */
@NullMarked
package demofusion.coordinator.trace;

import org.jspecify.annotations.NullMarked;
