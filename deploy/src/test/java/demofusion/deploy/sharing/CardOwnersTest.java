package demofusion.deploy.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.when.WeeklyHours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardOwnersTest {
  private static final Instant MONDAY_NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final Duration ANSWER = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void wantsTheCardOutsideOfTheFarmsHours_andSaysUntilWhen() {
    String hours = "mon-fri 19:00-07:00, sat-sun";
    OwnersHours owner = new OwnersHours(WeeklyHours.parse(hours), hours, ZoneId.of("Europe/Paris"));

    assertThat(owner.wants(MONDAY_NOON))
        .hasValue(
            "it is not the farm's time, mon-fri 19:00-07:00, sat-sun (next from"
                + " 2026-11-30T19:00+01:00[Europe/Paris])");
    assertThat(owner.wants(Instant.parse("2026-11-30T18:00:00Z"))).isEmpty();
    assertThat(owner.wants(Instant.parse("2026-11-30T17:59:59Z"))).isPresent();
  }

  @Test
  void wantsTheCardAsLongAsItsFileIsThere() throws Exception {
    Path busy = folder.resolve("busy");
    BusyFile owner = new BusyFile(busy);
    assertThat(owner.wants(MONDAY_NOON)).isEmpty();

    Files.createFile(busy);

    assertThat(owner.wants(MONDAY_NOON)).hasValue(busy + " is there");
  }

  @Test
  void wantsTheCardAsLongAsItsCommandSucceeds() {
    assertThat(new BusyCommand("exit 0", ANSWER).wants(MONDAY_NOON)).hasValue("'exit 0' succeeds");
    assertThat(new BusyCommand("exit 1", ANSWER).wants(MONDAY_NOON)).isEmpty();
    assertThat(new BusyCommand("read x", ANSWER).wants(MONDAY_NOON)).isEmpty(); // no input
  }

  /** The owner comes first. */
  @Test
  void wantsTheCard_whenItsCommandHangs() {
    assertThat(new BusyCommand("sleep 100", Duration.ofMillis(50)).wants(MONDAY_NOON))
        .hasValueSatisfying(reason -> assertThat(reason).contains("did not answer"));
  }

  @Test
  void namesTheFirstWhoWantsIt() {
    CardOwner all =
        CardOwner.anyOf(
            List.of(now -> Optional.empty(), now -> Optional.of("b"), now -> Optional.of("c")));

    assertThat(all.wants(MONDAY_NOON)).hasValue("b");
    assertThat(CardOwner.anyOf(List.of(now -> Optional.empty())).wants(MONDAY_NOON)).isEmpty();
  }
}
