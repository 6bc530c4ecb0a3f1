package demofusion.coordinator.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that under its name there is either the whole of it or what was there before,
 * whatever happens meanwhile: written aside, synced, renamed, and the folder synced too.
 */
public final class SafeFile {
  private static final String ASIDE = ".part";

  private SafeFile() {}

  /** Writes the bytes of a file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * @throws DemofusionException STORAGE, in one sentence, if it cannot be written; then nothing is
   *     left of it
   */
  public static void write(Path target, Body body) {
    Path aside = target.resolveSibling("." + target.getFileName() + ASIDE);
    try {
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Path folder = target.toAbsolutePath().getParent();
      if (folder != null) {
        syncFolder(folder);
      }
    } catch (IOException e) {
      discard(aside);
      throw new DemofusionException(
          FailureCode.STORAGE, target + " could not be written: " + reason(e), e);
    } catch (RuntimeException | Error e) {
      discard(aside);
      throw e;
    }
  }

  /** A rename is safe only when the folder's own entry is on disk. */
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** What went wrong, in words that do not repeat the file's name. */
  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    if (failure instanceof NoSuchFileException) {
      return "it or its folder is not there";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static void discard(Path aside) {
    try {
      Files.deleteIfExists(aside);
    } catch (IOException ignored) {
      // It lies under no name that anyone reads, and the next attempt overwrites it.
    }
  }
}
