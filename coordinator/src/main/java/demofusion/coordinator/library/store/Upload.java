package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.UploadView;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that comes, in one piece or in several. Whoever sends last has it: one whose connection
 * was cut comes again before the server knows of the cut.
 */
final class Upload {
  private final NewStoredFile file;
  private final Path part;
  private boolean isChecking;
  private @Nullable Appending writer; // the last

  Upload(NewStoredFile file, Path part) {
    this.file = file;
    this.part = part;
  }

  NewStoredFile file() {
    return file;
  }

  Path part() {
    return part;
  }

  /** Bytes that have come. */
  synchronized long offset() {
    try {
      return Files.size(part);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw SafeFile.failure("an upload cannot be read", e);
    }
  }

  /** When something last came, or the upload began. */
  Instant lastChange() {
    try {
      return Files.getLastModifiedTime(part).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH; // it is going, or a crash left it without a byte
    }
  }

  synchronized UploadView view() {
    return new UploadView(
        file.hash(),
        file.name(),
        file.bytes(),
        offset(),
        isChecking ? UploadView.State.CHECKING : UploadView.State.RECEIVING,
        null,
        null);
  }

  /** Whether all has come and nobody reads it yet; from now on somebody does. */
  synchronized boolean beginCheck() {
    if (isChecking || offset() != file.bytes()) {
      return false;
    }
    isChecking = true;
    return true;
  }

  /** It could not be read now; the next question has it read again. */
  synchronized void endCheck() {
    isChecking = false;
  }

  /**
   * Goes on where it ended.
   *
   * @throws DemofusionException CONFLICT if it did not end there
   */
  synchronized Appending write(long from) {
    long offset = offset();
    if (from != offset || isChecking) {
      throw DemofusionException.conflict(
          "%s of %s bytes of the upload have come, so it cannot go on at %s"
              .formatted(offset, file.bytes(), from));
    }
    interrupt();
    try {
      Appending next =
          new Appending(
              FileChannel.open(
                  part,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.APPEND),
              offset);
      writer = next;
      return next;
    } catch (IOException e) {
      throw SafeFile.failure("an upload cannot be written", e);
    }
  }

  /** Whoever sends now must come again. */
  synchronized void interrupt() {
    Appending former = writer;
    if (former != null) {
      former.close();
    }
  }

  /** Nothing more comes, and nothing is left of it. */
  synchronized void discard() throws IOException {
    interrupt();
    Files.deleteIfExists(part);
  }

  /** One request that brings bytes, from one thread at a time. */
  final class Appending implements AutoCloseable {
    private final FileChannel channel;
    private long at;

    private Appending(FileChannel channel, long at) {
      this.channel = channel;
      this.at = at;
    }

    /**
     * @throws DemofusionException CONFLICT if somebody else sends by now; BAD_REQUEST if it is more
     *     than was announced; STORAGE or DISK_FULL
     */
    void append(ByteBuffer bytes) {
      synchronized (Upload.this) {
        if (!channel.isOpen()) {
          throw DemofusionException.conflict(
              "the upload goes on by another connection, or was removed");
        }
        if (at + bytes.remaining() > file.bytes()) {
          throw DemofusionException.badRequest(
              "the upload has more than the %s bytes that were announced".formatted(file.bytes()));
        }
        try {
          while (bytes.hasRemaining()) {
            at += channel.write(bytes);
          }
        } catch (IOException e) {
          close(); // how much of it is there, the file's size says
          throw SafeFile.failure("an upload could not be written", e);
        }
      }
    }

    /** What has come stays. */
    @Override
    public void close() {
      synchronized (Upload.this) {
        try {
          if (channel.isOpen()) {
            channel.force(false);
            channel.close();
          }
        } catch (IOException e) {
          throw SafeFile.failure("an upload could not be written", e);
        }
      }
    }
  }
}
