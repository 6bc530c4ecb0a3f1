package demofusion.coordinator.usage;

import demofusion.coordinator.usage.UsageEntry.Nanos;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Accounts of jobs, as the journal's lines make them: pure, so that reading a journal again gives
 * the same. Answers are open at first. A checkpoint or the picture makes them useful, a job that
 * stops or a process that dies makes them lost.
 */
final class UsageState {
  /** Of jobs that are over, since late answers may still come for them. */
  private static final int REMEMBERED = 1000;

  private static final class Account {
    UsageEntry settled;
    UsageEntry open;
    boolean isRunning;

    Account(String job, String who, String model) {
      settled = UsageEntry.none(job, who, model);
      open = settled;
    }

    void add(UsageEntry more) {
      settled = settled.plus(more);
    }

    /** Nobody knows yet what becomes of it. */
    void addOpen(UsageEntry more) {
      open = open.plus(more);
    }

    void save() {
      settled = settled.plus(open);
      open = UsageEntry.none(open.job(), open.who(), open.model());
    }

    void lose() {
      for (Map.Entry<String, Nanos> each : open.devices().entrySet()) {
        Nanos lost = new Nanos(0, 0, 0, each.getValue().useful(), each.getValue().joules());
        settled = settled.plus(time(settled, each.getKey(), lost, 0));
      }
      open = UsageEntry.none(open.job(), open.who(), open.model());
      isRunning = false;
    }

    void settle() {
      settled = UsageEntry.none(settled.job(), settled.who(), settled.model());
    }

    boolean isIdle() {
      return !isRunning && settled.isNothing() && open.isNothing();
    }
  }

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  void apply(UsageLine line) {
    String job = line.job();
    if (job == null) {
      if (line.what() == UsageLine.What.DIED) {
        accounts.values().forEach(Account::lose);
      }
      return;
    }
    switch (line.what()) {
      case BEGUN -> begin(job, line);
      case USED -> use(account(job), line);
      case SAVED -> account(job).save();
      case FINISHED -> finish(account(job), line.units());
      case STOPPED -> account(job).lose();
      case SETTLED -> settled(job, Objects.requireNonNull(line.entry()));
      case JOURNAL, DIED -> {}
    }
  }

  private Account account(String job) {
    return accounts.computeIfAbsent(
        job, id -> new Account(id, UsageEntry.UNKNOWN, UsageEntry.UNKNOWN));
  }

  private void begin(String job, UsageLine line) {
    String who = Objects.requireNonNullElse(line.who(), UsageEntry.UNKNOWN);
    String model = Objects.requireNonNullElse(line.model(), UsageEntry.UNKNOWN);
    Account before = accounts.remove(job); // to the end: the latest are forgotten last
    Account account = new Account(job, who, model);
    if (before != null) {
      account.add(before.settled);
      account.addOpen(before.open);
    }
    account.isRunning = true;
    account.add(
        new UsageEntry(job, who, model, (long) line.units(), 0, 0, 0, line.amount(), Map.of()));
    accounts.put(job, account);
  }

  private void settled(String job, UsageEntry entry) {
    accounts.computeIfAbsent(job, id -> new Account(id, entry.who(), entry.model())).add(entry);
  }

  private static void use(Account account, UsageLine line) {
    String device = Objects.requireNonNullElse(line.device(), UsageEntry.UNKNOWN);
    long nanos = line.amount();
    double joules = line.joules();
    switch (Objects.requireNonNullElse(line.use(), UsageLine.Use.RETRIED)) {
      case COUNTED ->
          account.addOpen(
              time(account.open, device, new Nanos(nanos, 0, 0, 0, joules), line.units()));
      case RETRIED ->
          account.add(time(account.settled, device, new Nanos(0, nanos, 0, 0, joules), 0));
      case AUDIT ->
          account.add(time(account.settled, device, new Nanos(0, 0, nanos, 0, joules), 0));
      case LOST -> account.add(time(account.settled, device, new Nanos(0, 0, 0, nanos, joules), 0));
    }
  }

  private static UsageEntry time(UsageEntry of, String device, Nanos nanos, double forwards) {
    return new UsageEntry(
        of.job(), of.who(), of.model(), 0, 0, 0, forwards, 0, Map.of(device, nanos));
  }

  private static void finish(Account account, double megapixels) {
    account.save();
    account.isRunning = false;
    UsageEntry of = account.settled;
    account.add(new UsageEntry(of.job(), of.who(), of.model(), 0, 1, megapixels, 0, 0, Map.of()));
  }

  /** What is certain, of jobs of which anything is. */
  List<UsageEntry> settled() {
    return accounts.values().stream()
        .map(account -> account.settled)
        .filter(entry -> !entry.isNothing())
        .toList();
  }

  /** The same with what is open, as if it were useful. */
  List<UsageEntry> now() {
    return accounts.values().stream()
        .map(account -> account.settled.plus(account.open))
        .filter(entry -> !entry.isNothing())
        .toList();
  }

  /** What is certain is kept elsewhere. */
  void forgetSettled() {
    accounts.values().forEach(Account::settle);
    Iterator<Account> all = accounts.values().iterator();
    for (int left = accounts.size(); left > REMEMBERED && all.hasNext(); ) {
      if (all.next().isIdle()) {
        all.remove();
        left--;
      }
    }
  }

  /** Whose job it is; {@link UsageEntry#UNKNOWN} where that is not known. */
  String who(String job) {
    Account account = accounts.get(job);
    return account == null ? UsageEntry.UNKNOWN : account.settled.who();
  }

  /** What it is drawn with, in the same way. */
  String model(String job) {
    Account account = accounts.get(job);
    return account == null ? UsageEntry.UNKNOWN : account.settled.model();
  }

  /** Lines that make the same accounts. */
  List<UsageLine> lines() {
    List<UsageLine> lines = new ArrayList<>();
    for (Account account : accounts.values()) {
      UsageEntry open = account.open;
      if (account.isIdle()) {
        continue;
      }
      if (!account.settled.isNothing()) {
        lines.add(UsageLine.settled(account.settled));
      }
      if (account.isRunning) {
        lines.add(UsageLine.begun(open.job(), open.who(), open.model(), 0, false));
      }
      double forwards = open.forwards();
      for (Map.Entry<String, Nanos> each : open.devices().entrySet()) {
        lines.add(
            UsageLine.used(
                open.job(),
                each.getKey(),
                UsageLine.Use.COUNTED,
                forwards,
                each.getValue().useful(),
                each.getValue().joules()));
        forwards = 0;
      }
    }
    return lines;
  }
}
