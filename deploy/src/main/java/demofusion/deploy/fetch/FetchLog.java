package demofusion.deploy.fetch;

import demofusion.protocol.api.StoredFile;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far a fetch is, every few seconds. */
final class FetchLog {
  private static final Logger LOG = LoggerFactory.getLogger(FetchLog.class);
  private static final long OFTEN = Duration.ofSeconds(5).toNanos();
  private static final double NANOS = 1e9;

  private final StoredFile file;
  private final long began = System.nanoTime();
  private long said = began;
  private long first = -1;

  FetchLog(StoredFile file) {
    this.file = file;
  }

  void at(long bytes) {
    long now = System.nanoTime();
    if (first < 0) {
      first = bytes;
      LOG.info(
          "event=file-fetch-begun name=\"{}\" hash={} bytes={} from={}",
          file.name(),
          file.hash(),
          file.bytes(),
          bytes);
    } else if (now - said > OFTEN) {
      said = now;
      double perSecond = (bytes - first) / ((now - began) / NANOS);
      LOG.info(
          "event=file-fetching name=\"{}\" bytes={} of={} seconds-left={}",
          file.name(),
          bytes,
          file.bytes(),
          perSecond > 0 ? Math.round((file.bytes() - bytes) / perSecond) : -1);
    }
  }

  void done() {
    LOG.info(
        "event=file-fetched name=\"{}\" hash={} bytes={} seconds={}",
        file.name(),
        file.hash(),
        file.bytes() - Math.max(0, first),
        Duration.ofNanos(System.nanoTime() - began).toSeconds());
  }
}
