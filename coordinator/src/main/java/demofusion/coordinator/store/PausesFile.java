package demofusion.coordinator.store;

import com.fasterxml.jackson.core.type.TypeReference;
import demofusion.coordinator.dispatch.WorkerPauses;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which workers are paused, as {@code paused-workers.json} in the data folder: a JSON object of
 * names and the times at which their pauses end, in UTC; an empty text where somebody must end it.
 */
public final class PausesFile {
  private static final Logger LOG = LoggerFactory.getLogger(PausesFile.class);
  private static final String OPEN = "";
  private static final String OTHERWISE =
      " is not a JSON object of workers and times; mend it, or remove it to give all workers work"
          + " again";

  private final Path path;
  private final ReplacedFile<Map<String, String>> file;

  /**
   * @param files where it is written, since that waits for the disk
   */
  public PausesFile(DataFolder data, Executor files) {
    this.path = data.pausedWorkers();
    this.file =
        new ReplacedFile<>(
            path, files, e -> LOG.error("event=paused-workers-not-kept file={}", path, e));
  }

  /**
   * Ends by worker, {@link WorkerPauses#OPEN} where there is none.
   *
   * @throws DemofusionException STORAGE if the file is there and cannot be read: whoever wants a
   *     device back would lose it by mistake
   */
  public Map<String, Instant> read() {
    Map<String, Instant> ends = new TreeMap<>();
    file.read(new TypeReference<>() {}, OTHERWISE)
        .orElse(Map.of())
        .forEach((worker, end) -> ends.put(worker, end(end)));
    return ends;
  }

  private Instant end(String text) {
    if (OPEN.equals(text)) {
      return WorkerPauses.OPEN;
    }
    try {
      return Instant.parse(String.valueOf(text));
    } catch (DateTimeException e) {
      throw new DemofusionException(FailureCode.STORAGE, path + OTHERWISE, e);
    }
  }

  /** Replaces what is in it, soon. */
  public void keep(Map<String, Instant> ends) {
    Map<String, String> texts = new TreeMap<>();
    ends.forEach(
        (worker, end) -> texts.put(worker, end.equals(WorkerPauses.OPEN) ? OPEN : end.toString()));
    file.keep(texts);
  }
}
