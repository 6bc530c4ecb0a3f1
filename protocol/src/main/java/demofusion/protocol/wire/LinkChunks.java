package demofusion.protocol.wire;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Messages in chunks, on two lanes that share a connection: between the chunks of one that takes a
 * slow line half a minute, heartbeats pass. Each lane keeps its order.
 *
 * <pre>
 *   first chunk of a message:  1 │ lane (1 byte) │ length of the message (4 bytes) │ bytes
 *   those after it:            0 │ lane (1 byte) │ bytes
 * </pre>
 */
public final class LinkChunks {
  /** For what is small, and says that somebody is there. */
  public static final int SMALL = 0;

  /** For what may be large, and all that must keep its order with it. */
  public static final int LARGE = 1;

  /** Bytes of a message that a chunk has at most. */
  public static final int CHUNK = 64 * 1024;

  /** Bytes that a chunk has before those. */
  public static final int MOST_HEAD = 6;

  private static final int LANES = 2;
  private static final byte FIRST = 1;
  private static final byte NEXT = 0;

  private LinkChunks() {}

  public static List<byte[]> split(byte[] message, int lane) {
    List<byte[]> chunks = new ArrayList<>();
    for (int from = 0; from == 0 || from < message.length; from += CHUNK) {
      int length = Math.min(CHUNK, message.length - from);
      ByteBuffer chunk = ByteBuffer.allocate((from == 0 ? MOST_HEAD : 2) + length);
      chunk.put(from == 0 ? FIRST : NEXT).put((byte) lane);
      if (from == 0) {
        chunk.putInt(message.length);
      }
      chunks.add(chunk.put(message, from, length).array());
    }
    return chunks;
  }

  /**
   * Puts the chunks of one connection together. A length is held against the bound at once, and
   * costs memory only as its bytes come.
   */
  public static final class Assembler implements AutoCloseable {
    /** Of each lane; so much is not counted, since there are only so many connections. */
    private static final int FIRST_BYTES = 2 * CHUNK;

    private final int largest;
    private final LinkMemory memory;
    private final AtomicLong taken = new AtomicLong();
    private final @Nullable Open[] open = new Open[LANES];

    /** A message of which some is there. */
    private static final class Open {
      final int length;
      byte[] bytes;
      int filled;

      Open(int length) {
        this.length = length;
        this.bytes = new byte[Math.min(length, FIRST_BYTES)];
      }

      /** The bytes that its array must have for so many more. */
      int roomFor(int more) {
        int size = filled + more;
        return size <= bytes.length
            ? bytes.length
            : (int) Math.min(length, Math.max(size, 2L * bytes.length));
      }

      void add(ByteBuffer chunk, int room) {
        if (room > bytes.length) {
          bytes = Arrays.copyOf(bytes, room);
        }
        int size = chunk.remaining();
        chunk.get(bytes, filled, size);
        filled += size;
      }

      long counted() {
        return Math.max(0, bytes.length - FIRST_BYTES);
      }
    }

    /**
     * @param largest bytes that a message may have
     * @param memory shared with other connections
     */
    public Assembler(int largest, LinkMemory memory) {
      this.largest = largest;
      this.memory = memory;
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
      Open message = open[lane];
      chunk.position(2);
      if (bytes[0] == FIRST) {
        message = begin(chunk, lane);
      } else if (message == null) {
        throw new NotSerializableException("a chunk came without the first one of its message");
      }
      int tooMany = chunk.remaining() - (message.length - message.filled);
      if (tooMany > 0) {
        throw new NotSerializableException(
            "a message of %d bytes has a chunk of %d too many".formatted(message.length, tooMany));
      }
      grow(message, chunk);
      if (message.filled < message.length) {
        return Optional.empty();
      }
      open[lane] = null;
      giveBack(message.counted());
      return Optional.of(message.bytes);
    }

    private void grow(Open message, ByteBuffer chunk) throws NotSerializableException {
      int room = message.roomFor(chunk.remaining());
      long more = Math.max(0, room - FIRST_BYTES) - message.counted();
      if (!memory.take(more)) {
        throw new NotSerializableException(
            ("a message of %d bytes must wait: all connections together may hold %d bytes of"
                    + " unfinished messages")
                .formatted(message.length, memory.most()));
      }
      taken.addAndGet(more);
      message.add(chunk, room);
    }

    private void giveBack(long bytes) {
      taken.addAndGet(-bytes);
      memory.giveBack(bytes);
    }

    /** Gives back what unfinished messages hold; nothing may be added any more. */
    @Override
    public void close() {
      memory.giveBack(taken.getAndSet(0));
    }

    private static int lane(byte[] chunk) {
      return chunk[1] & 0xff;
    }

    private Open begin(ByteBuffer chunk, int lane) throws NotSerializableException {
      if (open[lane] != null) {
        throw new NotSerializableException("a message began before the one before it was whole");
      }
      int length = chunk.remaining() < Integer.BYTES ? -1 : chunk.getInt();
      if (length < 0 || length > largest) {
        throw new NotSerializableException(
            "a message of %d bytes must have between 0 and %d".formatted(length, largest));
      }
      Open begun = new Open(length);
      open[lane] = begun;
      return begun;
    }
  }
}
