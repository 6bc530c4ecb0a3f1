package demofusion.coordinator.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second process, or a second job of this one, off a job's folder. */
final class FolderLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws DemofusionException BAD_REQUEST if somebody else has it
   */
  static FolderLock take(Path folder) {
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw DemofusionException.badRequest(
            folder + " is being rendered already; wait for it or stop it first");
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, folder + " cannot be locked: " + SafeFile.reason(e), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this process itself
    }
  }

  /** Lets go of the folder; closing the file does that. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The process's end lets go of it at the latest.
    }
  }
}
