package demofusion.coordinator.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an object store has of a job, as {@code stored.json} in its folder. It is written before the
 * first byte is sent, so that nothing can lie there that no file names, and again when the store
 * has confirmed every file.
 *
 * @param bucket where the objects are, whatever is configured now
 * @param prefix of the objects' keys, with the slash at its end
 * @param storedAt when all were confirmed; null: not yet
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredResults(
    String bucket, String prefix, @Nullable Instant storedAt, List<Entry> files) {
  /** The marker's name. */
  public static final String FILE = "stored.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public StoredResults {
    Objects.requireNonNull(bucket, "bucket");
    Objects.requireNonNull(prefix, "prefix");
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param name in the job's folder, and after the prefix
   * @param sha256 of its bytes, hexadecimal
   * @param modifiedMillis when it was last changed, since 1970
   */
  public record Entry(String name, long bytes, String sha256, long modifiedMillis) {
    public Entry {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  /** Whether the store has confirmed all of them. */
  public boolean isComplete() {
    return storedAt != null;
  }

  public long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  public String key(Entry file) {
    return prefix + file.name();
  }

  /** A file that the store has confirmed. */
  public Optional<Entry> find(String name) {
    return isComplete()
        ? files.stream().filter(file -> file.name().equals(name)).findFirst()
        : Optional.empty();
  }

  public StoredResults confirmed(Instant now) {
    return new StoredResults(bucket, prefix, now, files);
  }

  /** For people. */
  public String location() {
    return "s3://" + bucket + "/" + prefix;
  }

  /**
   * @param folder of the job
   * @return empty if nothing of it was ever sent
   * @throws DemofusionException STORAGE if it cannot be read
   */
  public static Optional<StoredResults> read(Path folder) {
    return readFile(folder.resolve(FILE));
  }

  static Optional<StoredResults> readFile(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), StoredResults.class));
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          file
              + " cannot be read: it is not what a coordinator writes; restore it from a backup, or"
              + " remove it if the image is in the folder, and all is uploaded anew",
          e);
    }
  }

  /**
   * @throws DemofusionException STORAGE or DISK_FULL if it cannot be written
   */
  public void write(Path folder) {
    try {
      SafeFile.write(folder.resolve(FILE), JSON.writeValueAsBytes(this));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a marker that is not JSON", e);
    }
  }
}
