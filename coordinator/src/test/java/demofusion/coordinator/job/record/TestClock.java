package demofusion.coordinator.job.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until a test moves it. */
public final class TestClock extends Clock {
  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicLong now = new AtomicLong(START.toEpochMilli());

  public void advance(Duration by) {
    now.addAndGet(by.toMillis());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
