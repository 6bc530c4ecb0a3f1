package demofusion.coordinator.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditLogPage;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
  private static final long LARGE = 1 << 20;
  private static final Instant START = Instant.parse("2026-11-30T08:00:00Z");

  @TempDir Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InstantSource clock = now::get;

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private AuditLog open(long largest, int older) {
    return AuditLog.open(file(), largest, older, clock);
  }

  private static AuditLogEntry entry(AuditedAction what, @Nullable String who) {
    return new AuditLogEntry(
        0,
        Instant.EPOCH,
        what,
        who,
        who == null ? null : Role.SUBMIT,
        "10.0.0.5",
        null,
        "POST /v1/jobs",
        201,
        null,
        List.of("job-1"),
        null,
        null,
        null,
        null,
        null);
  }

  private static AuditLogQuery newest(int limit) {
    return new AuditLogQuery(null, null, null, null, limit);
  }

  private static List<Long> numbers(AuditLogPage page) {
    return page.entries().stream().map(AuditLogEntry::number).toList();
  }

  private static List<Long> countdown(long from, long to) {
    return LongStream.rangeClosed(to, from).map(number -> from + to - number).boxed().toList();
  }

  private void appendToFile(String text) throws IOException {
    Files.writeString(file(), text, StandardOpenOption.APPEND);
  }

  @Test
  void writesOneLineOfJson_thatOnlyItsOwnerCanRead() throws Exception {
    open(LARGE, 3).append(entry(AuditedAction.SUBMIT, "ann"));

    assertThat(Files.readString(file()))
        .isEqualTo(
            "{\"number\":1,\"at\":\"2026-11-30T08:00:00Z\",\"what\":\"submit\",\"who\":\"ann\","
                + "\"role\":\"submit\",\"from\":\"10.0.0.5\",\"request\":\"POST /v1/jobs\","
                + "\"status\":201,\"jobs\":[\"job-1\"]}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void goesOnWhereTheProcessBeforeStopped() throws Exception {
    open(LARGE, 3).append(entry(AuditedAction.SUBMIT, "ann"));
    AuditLog again = open(LARGE, 3);
    again.append(entry(AuditedAction.CANCEL, "ann"));

    assertThat(numbers(again.page(newest(10)))).containsExactly(2L, 1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"number\":2,\"at\":\"2026-11-30T08:0",
        "{",
        "\u0000\u0000\u0000",
        "{\"number\":2,\"at\":\"2026-11-30T08:00:00Z\",\"what\":\"cancel\",\"jobs\":[\"half\"]"
      })
  void passesOverALine_thatAKilledProcessLeftHalfWritten(String torn) throws Exception {
    open(LARGE, 3).append(entry(AuditedAction.SUBMIT, "ann"));
    appendToFile(torn);

    AuditLog again = open(LARGE, 3);
    again.append(entry(AuditedAction.RETRY, "ann"));

    assertThat(again.page(newest(10)).entries())
        .extracting(AuditLogEntry::what)
        .containsExactly(AuditedAction.RETRY, AuditedAction.SUBMIT);
    assertThat(numbers(again.page(newest(10)))).containsExactly(2L, 1L);
    assertThat(Files.readString(file())).contains("\n" + torn + "\n{").endsWith("}\n");
  }

  @Test
  void countsALastLine_thatLacksOnlyItsEnd() throws Exception {
    open(LARGE, 3).append(entry(AuditedAction.SUBMIT, "ann"));
    String whole = Files.readString(file());
    Files.writeString(file(), whole.strip());

    AuditLog again = open(LARGE, 3);
    again.append(entry(AuditedAction.RETRY, "ann"));

    assertThat(numbers(again.page(newest(10)))).containsExactly(2L, 1L);
    assertThat(Files.readString(file())).startsWith(whole);
  }

  @Test
  void keepsABoundedNumberOfFiles_ofABoundedSize() throws Exception {
    AuditLog log = open(1000, 3);
    for (int n = 0; n < 100; n++) {
      log.append(entry(AuditedAction.SUBMIT, "ann"));
    }

    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.sorted().toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .containsExactly("audit.1.jsonl", "audit.2.jsonl", "audit.3.jsonl", "audit.jsonl");
      assertThat(all).allMatch(file -> file.toFile().length() <= 1000);
    }
    List<Long> kept = numbers(log.page(newest(1000)));
    assertThat(kept).hasSizeGreaterThan(12).isEqualTo(countdown(100, 101 - kept.size()));
  }

  @Test
  void findsItsNumber_whereTheNewestFileIsGone_andFillsTheGapOfAHalfDoneRotation()
      throws Exception {
    AuditLog log = open(1000, 3);
    for (int n = 0; n < 12; n++) {
      log.append(entry(AuditedAction.SUBMIT, "ann"));
    }
    Files.move(folder.resolve("audit.1.jsonl"), folder.resolve("audit.2.jsonl"));
    Files.move(file(), folder.resolve("audit.1.jsonl"));

    AuditLog again = open(1000, 3);
    again.append(entry(AuditedAction.SUBMIT, "ann"));
    Files.move(folder.resolve("audit.1.jsonl"), folder.resolve("audit.3.jsonl"));
    for (int n = 0; n < 8; n++) {
      again.append(entry(AuditedAction.SUBMIT, "ann"));
    }

    List<Long> kept = numbers(again.page(newest(1000)));
    assertThat(kept).startsWith(21L, 20L, 19L).doesNotHaveDuplicates();
    assertThat(folder.resolve("audit.1.jsonl")).exists();
    assertThat(folder.resolve("audit.4.jsonl")).doesNotExist();
  }

  @Test
  void losesNoLine_ofManyThreads() throws Exception {
    AuditLog log = open(20_000, 20);
    AtomicInteger written = new AtomicInteger();
    log.observedBy(
        new AuditLogObserver() {
          @Override
          public void written() {
            written.incrementAndGet();
          }
        });
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      String who = "user-" + thread;
      all.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 100; n++) {
                  log.append(entry(AuditedAction.SUBMIT, who));
                  if (n % 20 == 0) {
                    assertThat(log.page(newest(5)).entries()).isNotEmpty();
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();

    assertThat(written).hasValue(800);
    assertThat(numbers(log.page(newest(1000)))).isEqualTo(countdown(800, 1));
    AuditLogQuery one = new AuditLogQuery(null, "user-3", null, null, 1000);
    assertThat(log.page(one).entries()).hasSize(100);
  }

  @Test
  void showsPages_andWhatIsAskedFor() throws Exception {
    AuditLog log = open(LARGE, 3);
    log.append(entry(AuditedAction.SUBMIT, "ann"));
    now.set(START.plusSeconds(60));
    log.append(entry(AuditedAction.CANCEL, "bob"));
    log.append(entry(AuditedAction.SUBMIT, null));
    log.append(entry(AuditedAction.SUBMIT, "ann"));

    AuditLogPage first = log.page(newest(3));
    assertThat(numbers(first)).containsExactly(4L, 3L, 2L);
    assertThat(first.next()).isEqualTo(2);
    AuditLogPage second = log.page(new AuditLogQuery(null, null, null, first.next(), 3));
    assertThat(numbers(second)).containsExactly(1L);
    assertThat(second.next()).isNull();
    assertThat(numbers(log.page(new AuditLogQuery(now.get(), "ann", null, null, 9))))
        .containsExactly(4L);
    assertThat(numbers(log.page(new AuditLogQuery(null, AuditLogQuery.NOBODY, null, null, 9))))
        .containsExactly(3L);
    assertThat(numbers(log.page(new AuditLogQuery(null, null, AuditedAction.CANCEL, null, 9))))
        .containsExactly(2L);
  }

  @Test
  void staysInOrder_whenTheClockIsSetBack() throws Exception {
    AuditLog log = open(LARGE, 3);
    log.append(entry(AuditedAction.SUBMIT, "ann"));
    now.set(START.minusSeconds(3600));
    AuditLog again = open(LARGE, 3);
    again.append(entry(AuditedAction.CANCEL, "ann"));

    assertThat(again.page(newest(9)).entries())
        .extracting(AuditLogEntry::at)
        .containsExactly(START, START);
  }

  @Test
  void losesOnlyLines_whenTheDiskIsFull() throws Exception {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    AtomicInteger failed = new AtomicInteger();
    AuditLog log = open(LARGE, 3);
    log.observedBy(
        new AuditLogObserver() {
          @Override
          public void failed() {
            failed.incrementAndGet();
          }
        });
    log.append(entry(AuditedAction.SUBMIT, "ann"));
    log.append(entry(AuditedAction.SUBMIT, "ann"));

    assertThat(failed).hasValue(2);

    Files.delete(file());
    log.append(entry(AuditedAction.CANCEL, "ann"));

    assertThat(log.page(newest(9)).entries())
        .extracting(AuditLogEntry::what)
        .containsExactly(AuditedAction.CANCEL);
  }

  @Test
  void readsLongFiles_andPassesOverWhatIsNoLine() throws Exception {
    AuditLog log = open(LARGE, 3);
    log.append(entry(AuditedAction.SUBMIT, "ann"));
    appendToFile("x".repeat(700_000) + "\n\n[1]\n");
    log.append(entry(AuditedAction.CANCEL, "ann"));

    assertThat(numbers(log.page(newest(9)))).containsExactly(2L, 1L);
  }
}
