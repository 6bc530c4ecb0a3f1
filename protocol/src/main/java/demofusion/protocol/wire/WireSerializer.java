package demofusion.protocol.wire;

import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
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
  public static final String VERSION = "12";

  /** Pekko's number for this serializer, the same on every node, as in {@code reference.conf}. */
  public static final int IDENTIFIER = 7301;

  private final WireCodec codec;
  private final WireMetrics metrics;

  /** For Pekko, which makes one for each actor system; {@link WireMetrics} come with its setup. */
  public WireSerializer(ExtendedActorSystem system) {
    metrics = WireMetrics.of(system);
    codec = new WireCodec(new SystemActorRefs(system), metrics);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return WireCodec.manifest(message);
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
      int written = codec.write(message, left, left.capacity()).position();
      frame.position(frame.position() + written);
      metrics.sent(message, written);
    } catch (KryoBufferOverflowException e) {
      metrics.oversized();
      throw overflow(e);
    }
  }

  @Override
  public byte[] toBinary(Object message) {
    return codec.write(message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return fromBinary(ByteBuffer.wrap(bytes), manifest);
  }

  @Override
  public Object fromBinary(ByteBuffer frame, String manifest) throws NotSerializableException {
    Object message = codec.read(frame, manifest);
    frame.position(frame.limit());
    return message;
  }

  private static BufferOverflowException overflow(KryoBufferOverflowException cause) {
    BufferOverflowException overflow = new BufferOverflowException();
    overflow.initCause(cause);
    return overflow;
  }
}
