package demofusion.coordinator.metrics;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.store.StoreObserver;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** The series of the store of models. */
final class ModelStoreSeries implements StoreObserver {
  private static final String KIND = "kind";

  private final Gauge files;
  private final Gauge bytes;
  private final Counter received;
  private final Counter served;
  private final Counter refused;

  ModelStoreSeries(Registrar at) {
    files = at.gauge("model_files", "Files in the store of models.", KIND);
    bytes = at.gauge("model_files_bytes", "What the files in the store of models take.", KIND);
    received = at.counter("model_upload_bytes_total", "Bytes of model files that were uploaded.");
    served =
        at.counter(
            "model_download_bytes_total",
            "Bytes of model files that workers and operators were sent.");
    refused =
        at.counter(
            "model_uploads_refused_total",
            "Uploads that were not what was announced, or nothing that can be used.");
  }

  @Override
  public void holds(LibraryKind kind, int count, long size) {
    files.labels(kind.toString()).set(count);
    bytes.labels(kind.toString()).set((double) size);
  }

  @Override
  public void received(long count) {
    received.inc((double) count);
  }

  @Override
  public void served(long count) {
    served.inc((double) count);
  }

  @Override
  public void refused() {
    refused.inc();
  }
}
