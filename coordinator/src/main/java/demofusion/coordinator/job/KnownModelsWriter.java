package demofusion.coordinator.job;

import demofusion.protocol.model.ModelCard;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down which models are known, as often as it takes. */
final class KnownModelsWriter {
  private static final Logger LOG = LoggerFactory.getLogger(KnownModelsWriter.class);

  private final JobContext shared;
  private boolean isUnsaved;

  KnownModelsWriter(JobContext shared) {
    this.shared = shared;
  }

  void write() {
    List<ModelCard> all = shared.models().all();
    isUnsaved = false;
    shared
        .tasks()
        .run(
            "the list of models could not be written",
            () -> {
              KnownModelsFile.write(shared.data(), all);
              return all;
            },
            (written, failure) -> new Jobs.ModelsWritten(failure));
  }

  void onModelsWritten(Jobs.ModelsWritten written) {
    if (written.failure() != null) {
      LOG.warn("event=models-unsaved", written.failure());
      isUnsaved = true;
    }
  }

  /** If it could not be written. */
  void writeAgain() {
    if (isUnsaved) {
      write();
    }
  }
}
