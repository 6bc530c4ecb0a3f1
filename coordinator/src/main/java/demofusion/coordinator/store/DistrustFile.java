package demofusion.coordinator.store;

import com.fasterxml.jackson.core.type.TypeReference;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which workers gave wrong answers, as {@code distrusted-workers.json} in the data folder: a JSON
 * object of names and evidence. The workers come again when a coordinator is restarted, and their
 * memory is as bad as before.
 */
public final class DistrustFile {
  private static final Logger LOG = LoggerFactory.getLogger(DistrustFile.class);

  private final ReplacedFile<Map<String, String>> file;

  /**
   * @param files where it is written, since that waits for the disk
   */
  public DistrustFile(DataFolder data, Executor files) {
    Path path = data.distrustedWorkers();
    this.file =
        new ReplacedFile<>(
            path, files, e -> LOG.error("event=distrusted-workers-not-kept file={}", path, e));
  }

  /**
   * The evidence by worker.
   *
   * @throws DemofusionException STORAGE if the file is there and cannot be read: who is in it must
   *     not be believed by mistake
   */
  public Map<String, String> read() {
    return new TreeMap<>(
        file.read(
                new TypeReference<>() {},
                " is not a JSON object of workers and evidence; mend it, or remove it to believe"
                    + " all workers again")
            .orElse(Map.of()));
  }

  /** Replaces what is in it, soon. */
  public void keep(Map<String, String> evidence) {
    file.keep(evidence);
  }
}
