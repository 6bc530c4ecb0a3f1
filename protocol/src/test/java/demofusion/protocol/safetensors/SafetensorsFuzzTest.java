package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand files that were whole once. Each is read, or refused with a sentence, and costs no
 * more memory than a small file may.
 */
class SafetensorsFuzzTest {
  private static final int FILES = 10_000;
  private static final long MOST_BYTES_ALLOCATED = 1 << 20;
  private static final String WORDS = "{}[]:,\"\\0123456789-.eEFBIU_ntrue\t\n\u00e9";

  private static final byte[] WHOLE =
      CraftedFile.of(
              "{'__metadata__':{'format':'pt'},"
                  + "'a.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                  + "'a.bias':{'dtype':'F16','shape':[3],'data_offsets':[24,30]},"
                  + "'steps':{'dtype':'I64','shape':[],'data_offsets':[30,38]}}  ",
              38)
          .bytes();

  @TempDir Path folder;

  @Test
  void readsOrRefusesWhateverAFileBecame() throws IOException {
    Random random = new Random(20231016);
    Path path = folder.resolve("mutated.safetensors");
    loadClasses(path);
    int read = 0;
    for (int n = 0; n < FILES; n++) {
      byte[] bytes = WHOLE;
      for (int mutations = 1 + random.nextInt(3); mutations > 0; mutations--) {
        bytes = mutation(random).apply(bytes);
      }
      Files.deleteIfExists(path); // ext4 waits for the disk when a file is truncated instead
      Files.write(path, bytes);

      read += readWhole(path) ? 1 : 0;
    }

    assertThat(read).as("some mutations do no harm").isBetween(FILES / 100, FILES / 2);
  }

  /** Both ends of a reading once, since what their classes take is not the file's. */
  private static void loadClasses(Path path) throws IOException {
    Files.write(path, WHOLE);
    assertThat(isRead(path)).isTrue();
    Files.write(path, new byte[] {1});
    assertThat(isRead(path)).isFalse();
  }

  /** Whether the file was read, with no more memory than a small file may take. */
  private static boolean readWhole(Path path) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean read = isRead(path);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES_ALLOCATED);
    return read;
  }

  /** Whether the file was read; whatever else than a refusal comes out of it fails the test. */
  private static boolean isRead(Path path) {
    try {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (Entry entry : file.entries()) {
        assertThat(file.bytes(entry.name()).remaining()).isEqualTo((int) entry.length());
        readTensor(file, entry);
      }
      return true;
    } catch (DemofusionException e) {
      assertThat(e.userMessage()).startsWith(path.toString()).hasLineCount(1);
      return false;
    }
  }

  private static void readTensor(SafetensorsFile file, Entry entry) {
    if (FloatConversion.isReadable(entry.dtype())) {
      assertThat(file.tensor(entry.name()).values()).hasSize((int) entry.size());
    }
  }

  private static UnaryOperator<byte[]> mutation(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> bytes -> with(bytes, random.nextInt(bytes.length), (byte) random.nextInt());
      case 1 ->
          bytes -> // in the header, a sign that JSON knows
          with(bytes, at(random, bytes), (byte) WORDS.charAt(random.nextInt(WORDS.length())));
      case 2 -> bytes -> spliced(bytes, at(random, bytes), 1 + random.nextInt(4), 0, 0);
      case 3 ->
          bytes -> spliced(bytes, at(random, bytes), 0, at(random, bytes), 1 + random.nextInt(30));
      default -> bytes -> with(bytes, random.nextInt(8), (byte) random.nextInt(256));
    };
  }

  private static int at(Random random, byte[] bytes) {
    return 8 + random.nextInt(Math.max(1, Math.min(bytes.length, 220) - 8));
  }

  private static byte[] with(byte[] bytes, int position, byte value) {
    byte[] mutated = bytes.clone();
    mutated[Math.min(position, bytes.length - 1)] = value;
    return mutated;
  }

  /** Cuts some bytes out, and copies some of others in there; the header's length follows. */
  private static byte[] spliced(byte[] bytes, int position, int cut, int copyFrom, int copied) {
    ByteArrayOutputStream mutated = new ByteArrayOutputStream();
    int end = Math.min(bytes.length, position + cut);
    int copyEnd = Math.min(bytes.length, copyFrom + copied);
    mutated.write(bytes, 0, position);
    mutated.write(bytes, copyFrom, copyEnd - copyFrom);
    mutated.write(bytes, end, bytes.length - end);
    byte[] result = mutated.toByteArray();
    result[0] = (byte) (result[0] + result.length - bytes.length);
    return result;
  }
}
