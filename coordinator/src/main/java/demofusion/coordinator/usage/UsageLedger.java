package demofusion.coordinator.usage;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.usage.UsageReport;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the farm each job used: a journal of what happens, and a file of each month that
 * journals end up in.
 *
 * <pre>
 * record ──▶ journal.jsonl ── full, a new day, a new process ──▶ one line of 2026-11.jsonl
 *                └──────────────────────┴──────────────── report
 * </pre>
 *
 * A journal has a number, which the month's line repeats: a process that is killed between the two
 * leaves a journal whose number is in a month's file already, and what is certain in it is not
 * counted again. Lines are with the operating system within moments, on disk within a second. What
 * cannot be written is kept in mind and written when the disk has room.
 */
public final class UsageLedger {
  private static final Logger LOG = LoggerFactory.getLogger(UsageLedger.class);
  private static final String JOURNAL = "journal.jsonl";

  /** Bytes of a journal; some 30,000 lines. */
  static final long LARGEST_JOURNAL = 4L << 20;

  private final Path file;
  private final UsageMonths months;
  private final long largest;
  private final InstantSource clock;
  private final Executor writer;
  private final Executor later;
  private final JsonMapper json = ApiJson.lenient();
  private final LogThrottle throttle = new LogThrottle();
  private final Queue<UsageLine> coming = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isAwaited = new AtomicBoolean();
  private final AtomicBoolean isToBeSynced = new AtomicBoolean();
  private final UsageState state = new UsageState();
  private final Spending spending = new Spending();
  private volatile UsageObserver observer = UsageObserver.NONE;
  private long number;
  private LocalDate day;
  private @Nullable FileChannel journal; // null: it cannot be written at the moment

  private UsageLedger(
      Path folder, long largest, InstantSource clock, Executor writer, Executor later) {
    this.file = folder.resolve(JOURNAL);
    this.months = new UsageMonths(folder);
    this.largest = largest;
    this.clock = clock;
    this.writer = writer;
    this.later = later;
    this.day = today();
  }

  /**
   * The accounts in this folder, which need not be there yet; may wait for a disk.
   *
   * @param writer threads that may wait for a disk
   * @param later the same, some time later: how much a power cut may cost
   * @throws DemofusionException STORAGE if they cannot be read, since what is not known must not
   *     look like nothing
   */
  public static UsageLedger open(
      Path folder, InstantSource clock, Executor writer, Executor later) {
    return open(folder, LARGEST_JOURNAL, clock, writer, later);
  }

  static UsageLedger open(
      Path folder, long largest, InstantSource clock, Executor writer, Executor later) {
    UsageLedger ledger = new UsageLedger(folder, largest, clock, writer, later);
    try {
      Files.createDirectories(folder);
      ledger.goOn();
    } catch (IOException e) {
      throw SafeFile.failure("the accounts in " + folder + " cannot be read", e);
    }
    return ledger;
  }

  /** Is told of device time. */
  public void observedBy(UsageObserver newObserver) {
    observer = newObserver;
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** Takes over what a process before this one left. */
  private synchronized void goOn() throws IOException {
    long last = months.lastJournal();
    if (Files.exists(file)) {
      for (String text : Files.readString(file).split("\n", -1)) {
        UsageLine line = line(text);
        if (line != null && line.what() == UsageLine.What.JOURNAL) {
          number = line.number();
          day = line.day() == null ? day : line.day();
        } else if (line != null) {
          state.apply(line);
        }
      }
    }
    if (number <= last) {
      state.forgetSettled(); // that is in a month's file already
      number = last + 1;
    }
    rewrite();
    write(UsageLine.died());
    fold();
    LocalDate recently = today().minusMonths(1).withDayOfMonth(1);
    for (UsageMonths.Part part : months.parts(recently)) {
      months.read(part, each -> each.entries().forEach(entry -> spending.add(entry, each.day())));
    }
    state.now().forEach(entry -> spending.add(entry, day));
  }

  /** How much was used lately. */
  public Spending spending() {
    return spending;
  }

  private @Nullable UsageLine line(String text) {
    try {
      return text.isBlank() ? null : json.readValue(text, UsageLine.class);
    } catch (IOException e) {
      return null; // the process was killed while it wrote it
    }
  }

  /** Never fails and never waits. */
  void record(UsageLine line) {
    coming.add(line);
    if (isAwaited.compareAndSet(false, true)) {
      writer.execute(this::drain);
    }
  }

  private synchronized void drain() {
    isAwaited.set(false);
    for (UsageLine next = coming.poll(); next != null; next = coming.poll()) {
      if (!today().equals(day)) {
        fold();
      }
      write(next);
      tell(next);
    }
    if (journal == null) {
      rewrite();
    } else if (size() > largest) {
      fold();
    }
    if (isToBeSynced.compareAndSet(false, true)) {
      later.execute(this::sync);
    }
  }

  private void tell(UsageLine line) {
    if (line.job() != null
        && (line.use() == UsageLine.Use.COUNTED || line.use() == UsageLine.Use.LOST)) {
      spending.spent(state.who(line.job()), today(), line.amount());
      if (line.use() == UsageLine.Use.COUNTED) {
        spending.drawn(state.model(line.job()), line.amount(), line.units());
      }
    }
    if (line.what() == UsageLine.What.USED && line.job() != null && line.device() != null) {
      observer.used(
          state.who(line.job()),
          line.device(),
          String.valueOf(line.use()).toLowerCase(Locale.ROOT),
          line.amount());
    }
  }

  private long size() {
    try {
      return journal == null ? 0 : journal.size();
    } catch (IOException e) {
      return 0;
    }
  }

  private synchronized void sync() {
    isToBeSynced.set(false);
    try {
      if (journal != null) {
        journal.force(false);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void write(UsageLine line) {
    state.apply(line);
    try {
      if (journal != null) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(line));
        while (bytes.hasRemaining()) {
          journal.write(bytes);
        }
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private byte[] bytes(UsageLine line) throws IOException {
    return (json.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Everything is in mind: the next journal has all of it. */
  private void failed(Exception failure) {
    close(journal);
    journal = null;
    throttle
        .pass("usage-unwritten", System.nanoTime())
        .ifPresent(
            leftOut ->
                LOG.error("event=usage-unwritten file={} left-out={}", file, leftOut, failure));
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.warn("event=usage-close-failed", e);
    }
  }

  /** Brings what is certain to its month's file, and begins a journal with the rest. */
  private void fold() {
    List<UsageEntry> settled = state.settled();
    if (journal == null) {
      rewrite(); // what is to be told apart after a crash has to be in it
    }
    if (journal == null) {
      return;
    }
    try {
      if (!settled.isEmpty()) {
        months.append(new UsageFold(number, day, settled));
      }
    } catch (IOException e) {
      failed(e);
      return;
    }
    state.forgetSettled();
    number++;
    day = today();
    rewrite();
  }

  private void rewrite() {
    close(journal);
    journal = null;
    try {
      StringBuilder text = new StringBuilder();
      text.append(json.writeValueAsString(UsageLine.journal(number, day))).append('\n');
      for (UsageLine line : state.lines()) {
        text.append(json.writeValueAsString(line)).append('\n');
      }
      SafeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
      journal = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException | DemofusionException e) {
      failed(e);
    }
  }

  /**
   * How much was used; may wait for a disk.
   *
   * @throws IOException if it cannot be read
   */
  public UsageReport report(UsageQuery query) throws IOException {
    UsageSum sum = new UsageSum(query);
    List<UsageMonths.Part> parts;
    synchronized (this) {
      parts = months.parts(query.since());
      sum.add(new UsageFold(number, day, state.now()));
    }
    for (UsageMonths.Part part : parts) {
      months.read(part, sum::add);
    }
    return sum.report();
  }

  /** Writes what is left; what is open goes on in the next process as lost. */
  public synchronized void close() {
    drain();
    fold();
    close(journal);
    journal = null;
  }
}
