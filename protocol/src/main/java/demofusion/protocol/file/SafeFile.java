package demofusion.protocol.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file so that under its name there is either the whole of it or what was there before,
 * whatever happens meanwhile: written aside, synced, renamed, and the folder synced too.
 */
public final class SafeFile {
  private static final String ASIDE = ".part";

  /** What Linux, macOS and Windows say when a disk or somebody's share of it is full. */
  private static final List<String> FULL =
      List.of("no space left", "quota exceeded", "not enough space");

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
    try (Draft draft = Draft.begin(target)) {
      body.writeTo(draft.channel);
      draft.commit();
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** The same for bytes that are there already. */
  public static void write(Path target, byte[] bytes) {
    write(
        target,
        channel -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        });
  }

  /** A file that takes a while to be written; until {@link #commit} it lies under another name. */
  public static final class Draft implements AutoCloseable {
    private final Path target;
    private final Path aside;
    private final FileChannel channel;
    private boolean isCommitted;

    private Draft(Path target, Path aside, FileChannel channel) {
      this.target = target;
      this.aside = aside;
      this.channel = channel;
    }

    /**
     * @throws DemofusionException STORAGE, in one sentence
     */
    public static Draft begin(Path target) {
      Path aside = target.resolveSibling("." + target.getFileName() + ASIDE);
      try {
        return new Draft(
            target,
            aside,
            FileChannel.open(
                aside,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING));
      } catch (IOException e) {
        throw failed(target, e);
      }
    }

    public FileChannel channel() {
      return channel;
    }

    /**
     * Gives the file its name.
     *
     * @throws DemofusionException STORAGE, in one sentence
     */
    public void commit() {
      commit(null);
    }

    /**
     * The same for the copy of a file that is as old as that.
     *
     * @param modified null: now
     * @throws DemofusionException STORAGE, in one sentence
     */
    public void commit(@Nullable FileTime modified) {
      try {
        if (modified != null) {
          Files.setLastModifiedTime(aside, modified);
        }
        channel.force(true);
        channel.close();
        Files.move(
            aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        isCommitted = true;
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
          syncFolder(folder);
        }
      } catch (IOException e) {
        throw failed(target, e);
      }
    }

    /** Leaves nothing behind that was not committed. */
    @Override
    public void close() {
      try {
        channel.close();
        if (!isCommitted) {
          Files.deleteIfExists(aside);
        }
      } catch (IOException ignored) {
        // It lies under no name that anyone reads, and the next attempt overwrites it.
      }
    }
  }

  private static DemofusionException failed(Path target, IOException e) {
    return failure(target + " could not be written", e);
  }

  /** A new name, or another, is safe only when the folder that holds it is on disk too. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * What went wrong as one sentence with a code: a full disk is told apart, since it passes.
   *
   * @param what could not be done
   */
  public static DemofusionException failure(String what, IOException failure) {
    String reason = reason(failure);
    return new DemofusionException(
        isFull(reason) ? FailureCode.DISK_FULL : FailureCode.STORAGE,
        what + ": " + reason,
        failure);
  }

  /** Java hands on the system's words and no number. */
  private static boolean isFull(String reason) {
    String words = reason.toLowerCase(Locale.ROOT);
    return FULL.stream().anyMatch(words::contains);
  }

  /** What went wrong, in words that do not repeat the file's name. */
  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    if (failure instanceof NoSuchFileException) {
      return "it or its folder does not exist";
    }
    if (failure instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
