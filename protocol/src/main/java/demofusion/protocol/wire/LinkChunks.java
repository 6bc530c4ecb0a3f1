package demofusion.protocol.wire;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages in chunks, on two lanes that share a connection: between the chunks of a large one,
 * which may take a slow line half a minute, small ones and heartbeats pass.
 *
 * <pre>
 *   first chunk of a message:  1 │ lane (1 byte) │ length of the message (4 bytes) │ bytes
 *   those after it:            0 │ lane (1 byte) │ bytes
 * </pre>
 */
public final class LinkChunks {
  /** For what is small. */
  public static final int SMALL = 0;

  /** For what is large. */
  public static final int LARGE = 1;

  /** More than this is large; and no chunk has more. */
  public static final int CHUNK = 64 * 1024;

  private static final int LANES = 2;
  private static final byte FIRST = 1;
  private static final byte NEXT = 0;

  private LinkChunks() {}

  /** On which lane a message goes. */
  public static int lane(byte[] message) {
    return message.length > CHUNK ? LARGE : SMALL;
  }

  public static List<byte[]> split(byte[] message) {
    byte lane = (byte) lane(message);
    List<byte[]> chunks = new ArrayList<>();
    for (int from = 0; from == 0 || from < message.length; from += CHUNK) {
      int length = Math.min(CHUNK, message.length - from);
      ByteBuffer chunk = ByteBuffer.allocate((from == 0 ? 6 : 2) + length);
      chunk.put(from == 0 ? FIRST : NEXT).put(lane);
      if (from == 0) {
        chunk.putInt(message.length);
      }
      chunks.add(chunk.put(message, from, length).array());
    }
    return chunks;
  }

  /** Puts the chunks of one connection together; a length is held against the bound at once. */
  public static final class Assembler {
    private final int largest;
    private final ByteBuffer[] open = new ByteBuffer[LANES];

    /**
     * @param largest bytes that a message may have
     */
    public Assembler(int largest) {
      this.largest = largest;
    }

    /**
     * @return the message that this chunk completes, if it does
     * @throws NotSerializableException if it is no chunk that could come now; the connection is of
     *     no use any more
     */
    public Optional<byte[]> add(byte[] bytes) throws NotSerializableException {
      ByteBuffer chunk = ByteBuffer.wrap(bytes);
      if (bytes.length < 2 || bytes[0] < NEXT || bytes[0] > FIRST || lane(bytes) >= LANES) {
        throw new NotSerializableException(bytes.length + " bytes are no chunk of a message");
      }
      int lane = lane(bytes);
      ByteBuffer message = open[lane];
      chunk.position(2);
      if (bytes[0] == FIRST) {
        message = begin(chunk, lane);
      } else if (message == null) {
        throw new NotSerializableException("a chunk came without the first one of its message");
      }
      if (chunk.remaining() > message.remaining()) {
        throw new NotSerializableException(
            "a message of %d bytes has a chunk of %d too many"
                .formatted(message.capacity(), chunk.remaining() - message.remaining()));
      }
      message.put(chunk);
      if (message.hasRemaining()) {
        return Optional.empty();
      }
      open[lane] = null;
      return Optional.of(message.array());
    }

    private static int lane(byte[] chunk) {
      return chunk[1] & 0xff;
    }

    /** At most one message of the bound on each lane is ever allocated. */
    private ByteBuffer begin(ByteBuffer chunk, int lane) throws NotSerializableException {
      if (open[lane] != null) {
        throw new NotSerializableException("a message began before the one before it was whole");
      }
      int length = chunk.remaining() < Integer.BYTES ? -1 : chunk.getInt();
      if (length < 0 || length > largest) {
        throw new NotSerializableException(
            "a message of %d bytes must have between 0 and %d".formatted(length, largest));
      }
      open[lane] = ByteBuffer.allocate(length);
      return open[lane];
    }
  }
}
