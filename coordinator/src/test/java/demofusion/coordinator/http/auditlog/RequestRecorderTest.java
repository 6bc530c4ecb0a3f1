package demofusion.coordinator.http.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.auditlog.AuditLogObserver;
import demofusion.coordinator.auditlog.AuditLogQuery;
import demofusion.coordinator.http.address.ClientAddress;
import demofusion.coordinator.http.auth.Caller;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestRecorderTest {
  private static final int MOST = RequestRecorder.STRANGERS_IN_A_MINUTE;

  @Test
  void keepsStrangers_fromDrivingEverybodyElseOut(@TempDir Path folder) throws Exception {
    AtomicLong nanos = new AtomicLong();
    AtomicInteger leftOut = new AtomicInteger();
    AuditLog log = AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system());
    log.observedBy(
        new AuditLogObserver() {
          @Override
          public void leftOut() {
            leftOut.incrementAndGet();
          }
        });
    RequestRecorder recorder = new RequestRecorder(log, Runnable::run, nanos::get);

    for (int n = 0; n < MOST + 20; n++) {
      record(recorder, new RequestNote(Map.of()), StatusCodes.UNAUTHORIZED);
    }
    RequestNote known = new RequestNote(Map.of());
    known.by(Caller.LOCAL);
    record(recorder, known, StatusCodes.OK);
    assertThat(entries(log)).hasSize(MOST + 1);
    assertThat(leftOut).hasValue(20);

    nanos.addAndGet(61_000_000_000L);
    record(recorder, new RequestNote(Map.of()), StatusCodes.UNAUTHORIZED);
    assertThat(entries(log)).hasSize(MOST + 2);
    assertThat(entries(log).get(0).detail()).startsWith("20 earlier requests");
  }

  private static void record(RequestRecorder recorder, RequestNote note, StatusCode status) {
    recorder
        .record(
            AuditedAction.CANCEL,
            "DELETE /v1/jobs/{id}",
            new ClientAddress("203.0.113.7", null),
            note,
            status)
        .toCompletableFuture()
        .join();
  }

  private static List<AuditLogEntry> entries(AuditLog log) throws Exception {
    return log.page(new AuditLogQuery(null, null, null, null, 1000)).entries();
  }
}
