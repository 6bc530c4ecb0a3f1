package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand messages that were whole once. Each is still a message, which can be sent on,
 * or refused with the one exception that Pekko forgives, and none costs memory that its bytes do
 * not account for.
 */
class WireFuzzTest {
  private static final int MESSAGES = 100_000;

  /** The refusal, with its causes' traces, whatever the size of the message. */
  private static final long REFUSAL_BYTES = 48 << 10;

  /** An empty tensor in a list takes 3 bytes in the message, and an object with two arrays here. */
  private static final int BYTES_PER_BYTE = 32;

  /** By their numbers in the table. */
  private static final int FIRST_STABLE = 40;

  private static final int LAST_STABLE = 50;

  private static final WireFixture FIXTURE = new WireFixture();
  private static final WireSerializer SERIALIZER = FIXTURE.serializer();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @AfterAll
  static void stopActors() {
    FIXTURE.close();
  }

  @Test
  void readsOrRefusesWhateverAMessageBecame() throws NotSerializableException {
    List<byte[]> whole = FIXTURE.messages().stream().map(SERIALIZER::toBinary).toList();
    Mutation mutation = new Mutation(whole, new Random(20231016));
    int read = 0;

    for (int n = 0; n < MESSAGES; n++) {
      byte[] bytes = mutation.next();
      long most = REFUSAL_BYTES + (long) BYTES_PER_BYTE * bytes.length;
      Attempt attempt = Attempt.at(bytes);
      if (attempt.cost() > most) { // once more: classes are loaded but once
        assertThat(Attempt.at(bytes).cost()).as("cost of message %d", n).isLessThan(most);
      }
      read += attempt.message() == null ? 0 : 1;
    }

    assertThat(read).as("some mutations do no harm").isBetween(MESSAGES / 100, MESSAGES / 2);
  }

  /**
   * Whatever else than a message or a refusal comes out of it fails the test.
   *
   * @param message null where it was refused
   * @param cost bytes allocated
   */
  private record Attempt(@Nullable Object message, long cost) {
    static Attempt at(byte[] bytes) {
      Object message = null;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        boolean isStable = bytes.length > 0 && bytes[0] >= FIRST_STABLE && bytes[0] < LAST_STABLE;
        message = SERIALIZER.fromBinary(bytes, isStable ? "stable" : WireSerializer.VERSION);
      } catch (NotSerializableException e) {
        assertThat(e.getMessage()).hasSizeLessThan(300);
      }
      long cost = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (message != null) {
        assertThat(SERIALIZER.toBinary(message)).isNotEmpty();
      }
      return new Attempt(message, cost);
    }
  }

  /** Damages one or two places of a message, or puts two messages together. */
  private record Mutation(List<byte[]> whole, Random random) {
    byte[] next() {
      byte[] bytes = any().clone();
      for (int mutations = 1 + random.nextInt(2); mutations > 0; mutations--) {
        bytes = mutated(bytes.length == 0 ? any().clone() : bytes);
      }
      return bytes;
    }

    private byte[] any() {
      return whole.get(random.nextInt(whole.size()));
    }

    private byte[] mutated(byte[] bytes) {
      int at = position(bytes);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> {
          return Arrays.copyOf(bytes, at);
        }
        case 3 -> {
          return joined(Arrays.copyOf(bytes, at), random.nextInt(256), rest(bytes, at));
        }
        case 4 -> {
          byte[] other = any();
          return joined(Arrays.copyOf(bytes, at), rest(other, position(other)));
        }
        case 5 -> { // a length that is huge in Kryo's own writing
          byte[] huge = {-1, -1, -1, -1, (byte) random.nextInt(16)};
          return joined(Arrays.copyOf(bytes, at), huge, rest(bytes, at + 1));
        }
        default -> {
          byte[] huge = ByteBuffer.allocate(4).putInt(random.nextInt()).array();
          System.arraycopy(huge, 0, bytes, at, Math.min(4, bytes.length - at));
        }
      }
      return bytes;
    }

    /** Half of the time near the beginning, where the lengths are. */
    private int position(byte[] bytes) {
      int bound = random.nextBoolean() ? Math.min(bytes.length, 120) : bytes.length;
      return random.nextInt(bound);
    }

    private static byte[] rest(byte[] bytes, int from) {
      return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
    }

    private static byte[] joined(byte[] left, int inserted, byte[] right) {
      return joined(left, new byte[] {(byte) inserted}, right);
    }

    private static byte[] joined(byte[]... parts) {
      int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
      ByteBuffer whole = ByteBuffer.allocate(size);
      for (byte[] part : parts) {
        whole.put(part);
      }
      return whole.array();
    }
  }
}
