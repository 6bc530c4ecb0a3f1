package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.util.Pool;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/** Messages as bytes and back, whatever brings the bytes to the other side. */
final class WireCodec {
  /** The manifest of the few messages that every release can read. */
  static final String STABLE = "stable";

  private static final int KRYOS_KEPT = 32;
  private static final int FIRST_BYTES = 4096;
  private static final int LONGEST_REASON = 200;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private final ActorRefs actorRefs;
  private final WireMetrics metrics;
  private final Pool<Kryo> kryos =
      new Pool<>(true, true, KRYOS_KEPT) {
        @Override
        protected Kryo create() {
          return WireTable.newKryo();
        }
      };

  WireCodec(ActorRefs actorRefs, WireMetrics metrics) {
    this.actorRefs = actorRefs;
    this.metrics = metrics;
  }

  static String manifest(Object message) {
    return WireTable.isStable(message) ? STABLE : WireSerializer.VERSION;
  }

  byte[] write(Object message) {
    byte[] bytes = write(message, ByteBuffer.allocate(FIRST_BYTES), -1).toBytes();
    metrics.sent(message, bytes.length);
    return bytes;
  }

  /**
   * @param most bytes to which the buffer may grow; −1: as large as an array can be
   */
  WireOutput write(Object message, ByteBuffer buffer, int most) {
    Kryo kryo = kryos.obtain();
    try {
      WireOutput output = new WireOutput(kryo, actorRefs, buffer, most);
      output.variant(message);
      return output;
    } finally {
      kryos.free(kryo);
    }
  }

  /**
   * A message of this version, or one that all versions can read.
   *
   * @throws NotSerializableException if it is neither
   */
  Object read(ByteBuffer payload, String manifest) throws NotSerializableException {
    boolean isStable = STABLE.equals(manifest);
    if (!isStable && !WireSerializer.VERSION.equals(manifest)) {
      metrics.refused();
      throw new NotSerializableException(
          "wire version %s, this node speaks %s"
              .formatted(shown(manifest), WireSerializer.VERSION));
    }
    int bytes = payload.remaining();
    Object message = read(payload.slice());
    if (WireTable.isStable(message) != isStable) {
      metrics.refused();
      throw new NotSerializableException(
          message.getClass().getSimpleName() + " does not belong under " + manifest);
    }
    metrics.received(message, bytes);
    return message;
  }

  /**
   * Everything thrown is caught, errors and what Scala throws undeclared too: none may reach the
   * stream that reads a connection.
   */
  private Object read(ByteBuffer payload) throws NotSerializableException {
    Kryo kryo = kryos.obtain();
    try {
      WireInput input = new WireInput(kryo, actorRefs, payload);
      Object message = input.variant(Object.class);
      input.requireNothingLeft();
      return WireTable.requireMessage(message);
    } catch (Exception | Error e) {
      metrics.refused();
      NotSerializableException refusal =
          new NotSerializableException(
              "%d bytes are no message: %s"
                  .formatted(payload.capacity(), shown(String.valueOf(e.getMessage()))));
      refusal.initCause(e);
      throw refusal;
    } finally {
      kryos.free(kryo);
    }
  }

  /** For the log, of which the sender chooses neither the length nor the line breaks. */
  private static String shown(String text) {
    String printable = UNPRINTABLE.matcher(text).replaceAll("?");
    return printable.substring(0, Math.min(printable.length(), LONGEST_REASON));
  }
}
