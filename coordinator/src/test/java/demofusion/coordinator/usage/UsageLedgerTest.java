package demofusion.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.usage.DeviceSeconds;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageLedgerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String H200 = "NVIDIA H200";

  @TempDir Path folder;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-30T08:00:00Z"));

  private UsageLedger open() {
    return open(UsageLedger.LARGEST_JOURNAL);
  }

  private UsageLedger open(long largest) {
    return UsageLedger.open(folder, largest, now::get, Runnable::run, Runnable::run);
  }

  private static UsageLine used(String job, UsageLine.Use use, long seconds) {
    return UsageLine.used(job, H200, use, 8, seconds * SECOND, Double.NaN);
  }

  private static UsageLine begun(String job, String who) {
    return UsageLine.begun(job, who, "sdxl", 1500, true);
  }

  private static List<UsageRow> rows(UsageLedger ledger) throws IOException {
    return rows(ledger, UsageBy.TOKEN, null);
  }

  private static List<UsageRow> rows(UsageLedger ledger, UsageBy by, @Nullable LocalDate since)
      throws IOException {
    return ledger.report(new UsageQuery(by, since, null)).rows();
  }

  private static DeviceSeconds all(double useful, double retried, double audits, double lost) {
    return new DeviceSeconds(DeviceSeconds.ALL, useful, retried, audits, lost);
  }

  private static DeviceSeconds time(UsageLedger ledger) throws IOException {
    return rows(ledger).stream()
        .map(UsageRow::deviceSeconds)
        .reduce(all(0, 0, 0, 0), DeviceSeconds::plus);
  }

  @Test
  void addsUpWhatAJobUsed_eachKindOfTimeApart() throws IOException {
    UsageLedger ledger = open();

    ledger.record(begun("a", "ann"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 10));
    ledger.record(used("a", UsageLine.Use.RETRIED, 3));
    ledger.record(used("a", UsageLine.Use.AUDIT, 2));
    ledger.record(UsageLine.finished("a", 16.5));

    assertThat(rows(ledger))
        .containsExactly(
            new UsageRow("ann", 1, 1, 16.5, 8, 1.5, List.of(new DeviceSeconds(H200, 10, 3, 2, 0))));
  }

  @Test
  void showsOnceAsLost_whatACrashCost() throws IOException {
    UsageLedger killed = open();
    killed.record(begun("a", "ann"));
    killed.record(used("a", UsageLine.Use.COUNTED, 10));
    killed.record(UsageLine.saved("a"));
    killed.record(used("a", UsageLine.Use.COUNTED, 4));

    open(); // and killed at once
    UsageLedger next = open();
    next.record(UsageLine.begun("a", "ann", "sdxl", 0, false));
    next.record(used("a", UsageLine.Use.COUNTED, 5));
    next.record(UsageLine.finished("a", 1));

    assertThat(time(next)).isEqualTo(all(15, 0, 0, 4));
    assertThat(rows(next).get(0).jobs()).isEqualTo(1);
    next.close();
    assertThat(time(open())).isEqualTo(all(15, 0, 0, 4));
  }

  @Test
  void addsUpTheEnergyOfDevicesThatTell_alsoOfWhatIsLost_andOverACrash() throws IOException {
    UsageLedger killed = open();
    killed.record(begun("a", "ann"));
    killed.record(UsageLine.used("a", H200, UsageLine.Use.COUNTED, 8, 10 * SECOND, 3000));
    killed.record(UsageLine.used("a", H200, UsageLine.Use.RETRIED, 0, SECOND, 300));
    killed.record(UsageLine.used("a", "old card", UsageLine.Use.COUNTED, 8, SECOND, Double.NaN));
    assertThat(joules(killed)).containsExactly(3300.0, null);

    UsageLedger next = open(); // after it was killed: what was open is lost, and was paid for
    next.record(UsageLine.begun("a", "ann", "sdxl", 0, false));
    next.record(UsageLine.used("a", H200, UsageLine.Use.COUNTED, 8, SECOND, 200));
    next.record(UsageLine.finished("a", 1));

    assertThat(joules(next)).containsExactly(3500.0, null);
    next.close();
    assertThat(joules(open())).containsExactly(3500.0, null);
    assertThat(rows(open()).get(0).deviceSeconds().joules()).isEqualTo(3500.0);
  }

  private static List<@Nullable Double> joules(UsageLedger ledger) throws IOException {
    List<@Nullable Double> joules = new ArrayList<>();
    rows(ledger).get(0).devices().forEach(device -> joules.add(device.joules()));
    return joules;
  }

  @Test
  void isLost_whatAJobDrewAfterItsLastCheckpoint_whenItStops() throws IOException {
    UsageLedger ledger = open();
    ledger.record(begun("a", "ann"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 10));
    assertThat(time(ledger)).isEqualTo(all(10, 0, 0, 0));

    ledger.record(UsageLine.stopped("a"));

    assertThat(time(ledger)).isEqualTo(all(0, 0, 0, 10));
    assertThat(rows(ledger).get(0).forwards()).isZero();
  }

  /**
   * A process may be killed after any write, also in the middle of a line, and so may the one that
   * cleans up after it.
   */
  @Test
  void neitherLosesNorDoublesASecond_whereverItIsKilled() throws IOException {
    Random random = new Random(18);
    for (int round = 0; round < 60; round++) {
      Path data = Files.createDirectory(folder.resolve("round-" + round));
      long answered = 0;
      long torn = 0;
      for (int life = 0; life < 6; life++) {
        UsageLedger ledger = UsageLedger.open(data, 700, now::get, Runnable::run, Runnable::run);
        for (int n = random.nextInt(12); n > 0; n--) {
          String job = "job-" + random.nextInt(3);
          long seconds = 1L + random.nextInt(9);
          switch (random.nextInt(6)) {
            case 0 -> ledger.record(begun(job, "ann"));
            case 1 -> ledger.record(UsageLine.saved(job));
            case 2 -> ledger.record(UsageLine.finished(job, 1));
            default -> {
              ledger.record(used(job, UsageLine.Use.COUNTED, seconds));
              answered += seconds;
            }
          }
        }
        if (random.nextBoolean()) {
          Files.writeString(
              data.resolve("journal.jsonl"), "{\"what\":\"USED\",\"jo", StandardOpenOption.APPEND);
          torn++;
        }
        if (random.nextInt(3) == 0) {
          killBetweenTheTwoFiles(data);
        }
      }
      UsageLedger last = UsageLedger.open(data, now::get, Runnable::run, Runnable::run);
      assertThat(time(last).sum())
          .as("round %s, %s torn", round, torn)
          .isEqualTo((double) answered);
    }
  }

  /** The month's file has the journal already, and the old journal is still there. */
  private void killBetweenTheTwoFiles(Path data) throws IOException {
    Path journal = data.resolve("journal.jsonl");
    Path kept = data.resolve("kept");
    Files.copy(journal, kept, StandardCopyOption.REPLACE_EXISTING);
    String number = Files.readAllLines(journal).get(0);
    UsageLedger cleaner = UsageLedger.open(data, now::get, Runnable::run, Runnable::run);
    assertThat(cleaner).isNotNull();
    // Unless nothing was certain, so that no line of a month's file has its number.
    boolean isFolded =
        months(data).stream()
            .anyMatch(line -> line.startsWith("{\"journal\":" + digits(number) + ","));
    if (isFolded) {
      try (Stream<String> lines = Files.lines(kept)) {
        // As it was when it was folded: with the line that says that the one before died.
        List<String> all = lines.filter(line -> line.endsWith("}")).toList();
        Files.write(journal, all);
        Files.writeString(journal, "{\"what\":\"DIED\"}\n", StandardOpenOption.APPEND);
      }
    }
  }

  private static String digits(String header) {
    return header.replaceAll(".*\"number\":(\\d+).*", "$1");
  }

  private static List<String> months(Path data) throws IOException {
    Path month = data.resolve("2026-11.jsonl");
    return Files.exists(month) ? Files.readAllLines(month) : List.of();
  }

  @Test
  void keepsDaysApart_andReadsOnlyThoseThatAreAskedFor() throws IOException {
    UsageLedger ledger = open();
    ledger.record(begun("a", "ann"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 10));
    ledger.record(UsageLine.saved("a"));
    now.set(Instant.parse("2026-12-01T00:00:01Z"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 7));
    ledger.record(UsageLine.saved("a"));

    assertThat(rows(ledger, UsageBy.DAY, null))
        .extracting(UsageRow::key, row -> row.deviceSeconds().useful())
        .containsExactly(tuple("2026-11-30", 10.0), tuple("2026-12-01", 7.0));
    assertThat(rows(ledger, UsageBy.MODEL, LocalDate.parse("2026-12-01")))
        .singleElement()
        .matches(row -> row.key().equals("sdxl") && row.deviceSeconds().useful() == 7);
  }

  @Test
  void showsOnePersonsOwn() throws IOException {
    UsageLedger ledger = open();
    ledger.record(begun("a", "ann"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 1));
    ledger.record(begun("b", "bob"));
    ledger.record(used("b", UsageLine.Use.COUNTED, 2));

    assertThat(ledger.report(new UsageQuery(UsageBy.TOKEN, null, "ann")).rows())
        .extracting(UsageRow::key)
        .containsExactly("ann");
    assertThat(rows(ledger)).extracting(UsageRow::key).containsExactly("bob", "ann");
  }

  @Test
  void goesOn_whenTheDiskHasRoomAgain() throws IOException {
    UsageLedger ledger = open(300);
    ledger.record(begun("a", "ann"));
    ledger.record(used("a", UsageLine.Use.COUNTED, 1));
    Path aside = folder.resolveSibling("aside");
    Files.move(folder, aside);
    for (int n = 0; n < 20; n++) {
      ledger.record(used("a", UsageLine.Use.COUNTED, 1));
      ledger.record(UsageLine.saved("a"));
    }
    Files.move(aside, folder);
    ledger.record(UsageLine.finished("a", 1));

    assertThat(time(open())).isEqualTo(all(21, 0, 0, 0));
  }

  @Test
  void refusesAFolderThatItCannotRead() throws IOException {
    Path occupied = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> UsageLedger.open(occupied, now::get, Runnable::run, Runnable::run))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("accounts");
  }
}
