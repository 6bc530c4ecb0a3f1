package demofusion.coordinator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which workers gave wrong answers, as {@code distrusted-workers.json} in the data folder: a JSON
 * object of names and evidence. The workers come again when a coordinator is restarted, and their
 * memory is as bad as before.
 */
public final class DistrustFile {
  private static final Logger LOG = LoggerFactory.getLogger(DistrustFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Executor files;
  private final AtomicReference<@Nullable Map<String, String>> toWrite = new AtomicReference<>();

  /**
   * @param files where it is written, since that waits for the disk
   */
  public DistrustFile(DataFolder data, Executor files) {
    this.file = data.distrustedWorkers();
    this.files = files;
  }

  /**
   * The evidence by worker.
   *
   * @throws DemofusionException STORAGE if the file is there and cannot be read: who is in it must
   *     not be believed by mistake
   */
  public Map<String, String> read() {
    if (!Files.exists(file)) {
      return Map.of();
    }
    try {
      return new TreeMap<>(
          JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw SafeFile.failure(
          file
              + " is not a JSON object of workers and evidence; mend it, or remove it to believe"
              + " all workers again",
          e);
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  /** Replaces what is in it, soon. */
  public void keep(Map<String, String> evidence) {
    toWrite.set(evidence);
    files.execute(this::write);
  }

  private synchronized void write() {
    Map<String, String> evidence = toWrite.getAndSet(null);
    if (evidence == null) {
      return; // written with an earlier one
    }
    try {
      SafeFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(evidence));
    } catch (JsonProcessingException | DemofusionException e) {
      LOG.error("event=distrusted-workers-not-kept file={}", file, e);
    }
  }
}
