package demofusion.coordinator.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps a second process, or a second user of this one, off a folder. */
final class FolderLock implements AutoCloseable {
  private static final int LONGEST_NAME = 400;

  /**
   * What this process has. The system's locks are the process's, and closing any other channel to
   * the same file would let go of them: so a file that is locked here is not even opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** What to say if somebody else has the folder. */
  @FunctionalInterface
  interface Refusal {
    /**
     * @param holder what the one who has it wrote of itself; empty if that is not known
     */
    String sentence(String holder);
  }

  /**
   * @param holder what to tell others who want it, may be empty
   * @throws DemofusionException BAD_REQUEST if somebody else has it
   */
  static FolderLock take(Path lock, String holder, Refusal refusal) {
    Path file = lock.toAbsolutePath().normalize();
    if (!HELD.add(file)) {
      throw DemofusionException.badRequest(refusal.sentence("this process itself"));
    }
    try {
      FileChannel channel = takeOpen(file, refusal);
      write(channel, holder);
      return new FolderLock(file, channel);
    } catch (IOException e) {
      HELD.remove(file);
      throw SafeFile.failure(file.getParent() + " cannot be locked", e);
    } catch (RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static FileChannel takeOpen(Path file, Refusal refusal) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      String holder = read(channel);
      channel.close();
      throw DemofusionException.badRequest(refusal.sentence(holder));
    }
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this process itself, through another name of the folder
    }
  }

  private static void write(FileChannel channel, String holder) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException ignored) {
      // The lock holds all the same; on a full disk its holder stays unnamed.
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_NAME);
    channel.read(bytes, 0);
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
  }

  /** Lets go of the folder; closing the file does that. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The process's end lets go of it at the latest.
    }
    HELD.remove(file);
  }
}
