package demofusion.protocol.wire;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/**
 * Every metric of the wire: what the farm's own messages weigh, each by its kind, and what was no
 * message. An actor system is given it with its setup, since Pekko itself makes the {@link
 * WireSerializer}; several systems, one after the other, count on in the same.
 */
public final class WireMetrics extends Setup {
  private static final String PREFIX = "demofusion_wire_";
  private static final String MESSAGE = "message";

  private final Counter sentMessages;
  private final Counter sentBytes;
  private final Counter receivedMessages;
  private final Counter receivedBytes;
  private final Counter refused;
  private final Counter oversized;
  private final Map<Class<?>, Series> series = new ConcurrentHashMap<>();

  /** The counters of one kind of message, looked up once. */
  private record Series(
      Counter.Child sentMessages,
      Counter.Child sentBytes,
      Counter.Child receivedMessages,
      Counter.Child receivedBytes) {}

  public WireMetrics(CollectorRegistry registry) {
    sentMessages = counter(registry, "sent_messages_total", "Messages written.", MESSAGE);
    sentBytes = counter(registry, "sent_bytes_total", "Payload bytes, without frames.", MESSAGE);
    receivedMessages = counter(registry, "received_messages_total", "Messages read.", MESSAGE);
    receivedBytes =
        counter(registry, "received_bytes_total", "Payload bytes, without frames.", MESSAGE);
    refused =
        counter(
            registry, "refused_messages_total", "Messages refused: not a message of this version.");
    oversized = counter(registry, "oversized_messages_total", "Messages too large for a frame.");
    WireTable.messages().forEach(this::of);
  }

  /** Those that the system was given; ones that nobody reads, if it was given none. */
  public static WireMetrics of(ActorSystem system) {
    return system
        .settings()
        .setup()
        .get(WireMetrics.class)
        .orElseGet(() -> new WireMetrics(new CollectorRegistry()));
  }

  private static Counter counter(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Counter.build(PREFIX + name, help).labelNames(labels).register(registry);
  }

  void sent(Object message, int bytes) {
    Series counters = of(message.getClass());
    counters.sentMessages().inc();
    counters.sentBytes().inc(bytes);
  }

  void received(Object message, int bytes) {
    Series counters = of(message.getClass());
    counters.receivedMessages().inc();
    counters.receivedBytes().inc(bytes);
  }

  void refused() {
    refused.inc();
  }

  void oversized() {
    oversized.inc();
  }

  private Series of(Class<?> message) {
    return series.computeIfAbsent(
        message,
        kind -> {
          String label = kind.getSimpleName().toLowerCase(Locale.ROOT);
          return new Series(
              sentMessages.labels(label),
              sentBytes.labels(label),
              receivedMessages.labels(label),
              receivedBytes.labels(label));
        });
  }
}
