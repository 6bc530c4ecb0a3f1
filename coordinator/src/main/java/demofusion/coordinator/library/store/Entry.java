package demofusion.coordinator.library.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.coordinator.library.FileHashes;
import demofusion.coordinator.library.LibraryKind;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/** A file of the store as its index has it: a small JSON file beside it. */
record Entry(
    String name,
    LibraryKind kind,
    String hash,
    String shortHash,
    String ownName,
    long bytes,
    Instant addedAt) {
  private static final JsonMapper JSON = ApiJson.lenient();

  /** Whatever lacks something on disk was damaged there, and is found out when it is read. */
  Entry {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(hash, "hash");
    Objects.requireNonNull(shortHash, "shortHash");
    Objects.requireNonNull(ownName, "ownName");
    Objects.requireNonNull(addedAt, "addedAt");
  }

  static Entry of(
      String name, LibraryKind kind, FileHashes.Facts facts, long bytes, Instant addedAt) {
    return new Entry(
        name, kind, facts.hash(), facts.shortHash(kind), facts.ownName(), bytes, addedAt);
  }

  StoredFile view(boolean hasConfig) {
    return new StoredFile(
        name,
        kind.toString(),
        hash,
        shortHash,
        ownName.isEmpty() ? null : ownName,
        bytes,
        addedAt,
        hasConfig);
  }

  /** On disk when this returns. */
  static void write(Path file, Object value) {
    try {
      SafeFile.write(file, JSON.writeValueAsBytes(value));
    } catch (IOException e) {
      throw SafeFile.failure(file + " could not be written", e);
    }
  }

  /**
   * @throws DemofusionException STORAGE if it is not what was written
   */
  static <T> T read(Path file, Class<T> type) {
    try {
      T value = JSON.readValue(Files.readAllBytes(file), type);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
    throw new DemofusionException(FailureCode.STORAGE, file + " holds nothing");
  }
}
