package demofusion.protocol.wire;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Messages as bytes for a connection of our own between a worker and its coordinator, with one
 * actor at each end: the same serializer as Artery's, before it the manifest that Artery would
 * send, and no actor's path.
 *
 * <pre>
 *   manifest's length (1 byte) │ manifest (ASCII) │ message
 * </pre>
 */
public final class LinkCodec {
  private final WireCodec codec;

  /**
   * @param peer the actor that stands for the other end on this side
   */
  public LinkCodec(ActorRef<?> peer, WireMetrics metrics) {
    codec = new WireCodec(new PeerRef(peer), metrics);
  }

  public byte[] write(Object message) {
    byte[] manifest = WireCodec.manifest(message).getBytes(StandardCharsets.US_ASCII);
    byte[] payload = codec.write(message);
    return ByteBuffer.allocate(1 + manifest.length + payload.length)
        .put((byte) manifest.length)
        .put(manifest)
        .put(payload)
        .array();
  }

  /**
   * @throws NotSerializableException if it is no message, or one of another version
   */
  public Object read(byte[] bytes) throws NotSerializableException {
    int manifest = bytes.length == 0 ? 0 : bytes[0] & 0xff;
    if (bytes.length < 1 + manifest) {
      throw new NotSerializableException(bytes.length + " bytes are no message");
    }
    ByteBuffer payload = ByteBuffer.wrap(bytes, 1 + manifest, bytes.length - 1 - manifest).slice();
    return codec.read(payload, new String(bytes, 1, manifest, StandardCharsets.US_ASCII));
  }
}
