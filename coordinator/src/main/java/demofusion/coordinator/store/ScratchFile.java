package demofusion.coordinator.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Float32 values in a file that nobody else reads and that is gone when it is closed. Read and
 * written rather than mapped: on a full disk writing fails with a sentence, where a mapping would
 * end the JVM.
 */
final class ScratchFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  // One for each thread that computes; the parallel loops have as many as there are cores.
  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder()));

  private final Path path;
  private final FileChannel channel;

  private ScratchFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Begins anew, whatever a process that was killed has left there.
   *
   * @throws DemofusionException STORAGE
   */
  static ScratchFile create(Path path) {
    try {
      return new ScratchFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException e) {
      throw failed(path, "created", e);
    }
  }

  /** Copies values out of the file. */
  void read(long from, float[] into, int at, int count) {
    ByteBuffer buffer = BUFFERS.get();
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, BUFFER_BYTES / Float.BYTES);
      buffer.clear().limit(now * Float.BYTES);
      long position = (from + done) * Float.BYTES;
      try {
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, position + buffer.position()) < 0) {
            throw new IOException("it was truncated");
          }
        }
      } catch (IOException e) {
        throw failed(path, "read", e);
      }
      buffer.flip().asFloatBuffer().get(into, at + done, now);
      done += now;
    }
  }

  /** Copies values into the file, which grows where they lie behind its end. */
  void write(long from, float[] values, int at, int count) {
    ByteBuffer buffer = BUFFERS.get();
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, BUFFER_BYTES / Float.BYTES);
      buffer.clear().asFloatBuffer().put(values, at + done, now);
      buffer.limit(now * Float.BYTES);
      long position = (from + done) * Float.BYTES;
      try {
        while (buffer.hasRemaining()) {
          channel.write(buffer, position + buffer.position());
        }
      } catch (IOException e) {
        throw failed(path, "written", e);
      }
      done += now;
    }
  }

  private static DemofusionException failed(Path path, String what, IOException e) {
    return SafeFile.failure("the scratch file " + path + " could not be " + what, e);
  }

  /** Deletes the file. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // Nobody needs what was in it, and the next one of its name begins anew.
    }
  }
}
