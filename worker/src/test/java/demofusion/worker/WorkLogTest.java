package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WorkLogTest {
  private static final long SECOND = 1_000_000_000;
  private final DemofusionException nan =
      new DemofusionException(FailureCode.NOT_FINITE, "a result had NaN in it");

  private final Logger logger = (Logger) LoggerFactory.getLogger(TileWorker.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final WorkLog log = new WorkLog("gpu-1");

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void namesJobLeaseAndWorker() {
    log.failed(lease(7), nan, 0);

    assertThat(said())
        .containsExactly(
            "event=work-failed worker=gpu-1 job=castle.1 lease=castle.1/7.2 code=NOT_FINITE"
                + " left-out=0 sentence=\"a result had NaN in it\"");
  }

  @Test
  void doesNotFillTheLog_whenAFaultRepeats_andSaysHowManyLinesItLeftOut() {
    for (int batch = 0; batch < 1000; batch++) {
      log.failed(lease(batch), nan, batch);
    }
    assertThat(said()).hasSize(10);

    log.failed(lease(1000), nan, 60 * SECOND);

    assertThat(said()).hasSize(11).last().asString().contains("left-out=990");
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static LeaseId lease(long batch) {
    return new LeaseId(new JobId("castle.1"), batch, 2);
  }
}
