package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.util.Pool;
import io.prometheus.client.CollectorRegistry;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The farm's own messages as bytes: Kryo with registration required and fixed numbers, references
 * off. The manifest is the version of the wire, so that a node of another release is refused by
 * name rather than misread; heartbeats, by which the two find out, are the same in all of them.
 *
 * <p>Bytes are believed nothing. Lengths are held against the bytes that are left before anything
 * is allocated, values pass through the constructors that check them, and whatever goes wrong on
 * the way is a {@link NotSerializableException}, which costs Pekko one message and a line in the
 * log. Anything else would tear down the connection or the node.
 */
public final class WireSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  /** What this node speaks; raised by whatever changes the bytes. */
  public static final String VERSION = "3";

  /** The manifest of the few messages that every release can read. */
  private static final String STABLE = "stable";

  /** Pekko's number for this serializer, the same on every node, as in {@code reference.conf}. */
  public static final int IDENTIFIER = 7301;

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

  /** For Pekko, which makes one for each actor system; {@link WireMetrics} come with its setup. */
  public WireSerializer(ExtendedActorSystem system) {
    actorRefs = new ActorRefs(system);
    metrics =
        system
            .settings()
            .setup()
            .get(WireMetrics.class)
            .orElseGet(() -> new WireMetrics(new CollectorRegistry()));
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return WireTable.isStable(message) ? STABLE : VERSION;
  }

  /**
   * Writes into what is left of the frame.
   *
   * @throws BufferOverflowException where the frame is too small, which Pekko reports as an
   *     oversized message
   */
  @Override
  public void toBinary(Object message, ByteBuffer frame) {
    ByteBuffer left = frame.slice();
    try {
      int written = write(message, left, left.capacity()).position();
      frame.position(frame.position() + written);
      metrics.sent(message, written);
    } catch (KryoBufferOverflowException e) {
      metrics.oversized();
      throw overflow(e);
    }
  }

  @Override
  public byte[] toBinary(Object message) {
    byte[] bytes = write(message, ByteBuffer.allocate(FIRST_BYTES), -1).toBytes();
    metrics.sent(message, bytes.length);
    return bytes;
  }

  private WireOutput write(Object message, ByteBuffer buffer, int most) {
    Kryo kryo = kryos.obtain();
    try {
      WireOutput output = new WireOutput(kryo, actorRefs, buffer, most);
      output.variant(message);
      return output;
    } finally {
      kryos.free(kryo);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return fromBinary(ByteBuffer.wrap(bytes), manifest);
  }

  @Override
  public Object fromBinary(ByteBuffer frame, String manifest) throws NotSerializableException {
    boolean isStable = STABLE.equals(manifest);
    if (!isStable && !VERSION.equals(manifest)) {
      metrics.refused();
      throw new NotSerializableException(
          "wire version " + manifest + ", this node speaks " + VERSION);
    }
    int bytes = frame.remaining();
    Object message = read(frame.slice());
    if (WireTable.isStable(message) != isStable) {
      metrics.refused();
      throw new NotSerializableException(
          message.getClass().getSimpleName() + " does not belong under " + manifest);
    }
    metrics.received(message, bytes);
    frame.position(frame.limit());
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
      throw refused(payload.capacity(), e);
    } finally {
      kryos.free(kryo);
    }
  }

  /** One line for the log, of which the sender chooses neither the length nor the line breaks. */
  private static NotSerializableException refused(int bytes, Throwable cause) {
    String reason = UNPRINTABLE.matcher(String.valueOf(cause.getMessage())).replaceAll("?");
    NotSerializableException refusal =
        new NotSerializableException(
            bytes
                + " bytes are no message: "
                + reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
    refusal.initCause(cause);
    return refusal;
  }

  private static BufferOverflowException overflow(KryoBufferOverflowException cause) {
    BufferOverflowException overflow = new BufferOverflowException();
    overflow.initCause(cause);
    return overflow;
  }
}
