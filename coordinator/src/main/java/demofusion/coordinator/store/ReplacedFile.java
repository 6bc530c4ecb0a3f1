package demofusion.coordinator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON file that is replaced whole whenever what it holds changes; of changes in quick
 * succession only the last is written.
 */
final class ReplacedFile<T> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Executor files;
  private final Consumer<Exception> whenNotKept;
  private final AtomicReference<@Nullable T> toWrite = new AtomicReference<>();

  /**
   * @param files where it is written, since that waits for the disk
   * @param whenNotKept is told why it could not be
   */
  ReplacedFile(Path file, Executor files, Consumer<Exception> whenNotKept) {
    this.file = file;
    this.files = files;
    this.whenNotKept = whenNotKept;
  }

  /**
   * What is in it; empty if it is not there.
   *
   * @param otherwise what the sentence says if it is something else, after the file's name
   * @throws DemofusionException STORAGE if it is there and cannot be read
   */
  Optional<T> read(TypeReference<T> type, String otherwise) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JSON.readValue(Files.readAllBytes(file), type));
    } catch (JsonProcessingException e) {
      throw SafeFile.failure(file + otherwise, e);
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  /** Replaces what is in it, soon. */
  void keep(T value) {
    toWrite.set(value);
    files.execute(this::write);
  }

  private synchronized void write() {
    T value = toWrite.getAndSet(null);
    if (value == null) {
      return; // written with an earlier one
    }
    try {
      SafeFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    } catch (JsonProcessingException | DemofusionException e) {
      whenNotKept.accept(e);
    }
  }
}
