package demofusion.coordinator.http.auditlog;

import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What will be said of one request in the audit log, written down by those who find it out: who it
 * is by the router, what was made of it by its handler. From any thread; the last word counts.
 */
public final class RequestNote {
  private static final int LONGEST_NAME = 120;

  private volatile @Nullable Caller caller;
  private volatile @Nullable String code;
  private volatile List<String> jobs = List.of();
  private volatile @Nullable String model;
  private volatile @Nullable String worker;
  private volatile @Nullable String file;
  private volatile @Nullable String detail;
  private volatile Supplier<CompletionStage<Void>> acceptance =
      () -> CompletableFuture.completedFuture(null);
  private volatile boolean isAccepted;

  /**
   * @param places what stands in the places of the path, by their names
   */
  public RequestNote(Map<String, String> places) {
    String job = places.get("id");
    if (job != null) {
      jobs = List.of(printable(job));
    }
    model = printableOrNull(places.get("model"));
    worker = printableOrNull(places.get("name"));
    file = printableOrNull(places.get("hash"));
  }

  /** Who asks. */
  public void by(Caller known) {
    caller = known;
  }

  /** Why not. */
  public void refused(ApiException refusal) {
    code = refusal.problem().code();
  }

  /** The jobs that it was about. */
  public void about(List<JobView> known) {
    jobs = known.stream().limit(AuditLogEntry.MOST_JOBS).map(job -> job.id().value()).toList();
    if (known.size() > AuditLogEntry.MOST_JOBS) {
      detail = "%s jobs, of which the first %s".formatted(known.size(), AuditLogEntry.MOST_JOBS);
    }
  }

  /** What writes the line of a request that is answered long after it was accepted. */
  public void whenAccepted(Supplier<CompletionStage<Void>> writer) {
    acceptance = writer;
  }

  /**
   * The jobs that were taken on, and that will be answered when they are over: the log has its line
   * now, and another one only if the answer is that it failed.
   *
   * @return done when the line is written
   */
  public CompletionStage<Void> accepted(List<JobView> taken) {
    about(taken);
    isAccepted = true;
    return acceptance.get();
  }

  /** Whether the log has its line. */
  public boolean isAccepted() {
    return isAccepted;
  }

  /** A job that was made of the one in the path, if there is one in it. */
  public void made(JobView job) {
    List<String> source = jobs;
    jobs = List.of(job.id().value());
    if (!source.isEmpty()) {
      detail = "from job " + source.get(0);
    }
  }

  /** The file that will be in the store of models. */
  public void file(String sha256) {
    file = printable(sha256);
  }

  /** What else there is to say: nothing secret. */
  public void detail(String words) {
    detail = printable(words);
  }

  private static @Nullable String printableOrNull(@Nullable String text) {
    return text == null ? null : printable(text);
  }

  private static String printable(String text) {
    return Excerpt.printable(text, LONGEST_NAME);
  }

  @Nullable Caller caller() {
    return caller;
  }

  @Nullable String code() {
    return code;
  }

  List<String> jobs() {
    return jobs;
  }

  @Nullable String model() {
    return model;
  }

  @Nullable String worker() {
    return worker;
  }

  @Nullable String file() {
    return file;
  }

  @Nullable String detail() {
    return detail;
  }
}
