package demofusion.coordinator.results;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.job.record.FolderReader;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.Notification;
import demofusion.coordinator.job.record.TestClock;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Pruned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies that go and come, with a clock that stands still:
 *
 * <pre>
 *   lighthouse/  image.png  phase-1.png  phase-2.png  image.zoom  image.jpg  request.json …
 *                └────────── stored ──────────────┘  └─ made of it ─┘
 * </pre>
 */
class LocalCopiesTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final String IMAGE = "image.png";

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final FakeStore store = new FakeStore();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<JobId> changed = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private DataFolder data;
  private JobId job;
  private LocalCopies copies;

  @BeforeEach
  void storeAJob() throws IOException {
    data = DataFolder.open(folder);
    job = FinishedFolders.done(data, "lighthouse", 300_000);
    Files.write(file("phase-2.png"), new byte[] {6, 7, 8, 9});
    Files.setLastModifiedTime(
        file(IMAGE), FileTime.from(clock.instant().minusSeconds(100).plusNanos(123_456_789)));
    upload();
    Files.write(file("image.zoom"), new byte[1000]);
    Files.write(file("image.jpg"), new byte[100]);
    for (String made : List.of("image.zoom", "image.jpg")) {
      Files.setLastModifiedTime(file(made), FileTime.from(clock.instant()));
    }
    copies = new LocalCopies(data, store, tasks::add, tasks::add, clock, observer());
    copies.watchedBy(changed::add);
  }

  @AfterEach
  void close() {
    data.close();
  }

  private void upload() {
    ResultsSettings settings = new ResultsSettings("pictures", "farm/", null, null);
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1));
    new ResultsUploader(data, store, settings, backoff, clock).look();
  }

  private ResultsObserver observer() {
    return new ResultsObserver() {
      @Override
      public void fetched(long bytes) {
        heard.add("fetched " + bytes);
      }

      @Override
      public void fetchFailed() {
        heard.add("failed");
      }

      @Override
      public void copiesRemoved(int files, long bytes) {
        heard.add("removed " + files + " files, " + bytes + " bytes");
      }
    };
  }

  private Path file(String name) {
    return data.job(job).resolve(name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(data.job(job))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  private CompletionStage<Path> find(String name) {
    return copies.find(job, data.job(job), name);
  }

  /** What threads would do. */
  private void work() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static DemofusionException failure(CompletionStage<?> stage) {
    CompletableFuture<?> future = stage.toCompletableFuture();
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("nothing failed");
    } catch (CompletionException e) {
      return (DemofusionException) Objects.requireNonNull(e.getCause());
    }
  }

  private void passTheTime(Duration time) {
    clock.advance(time);
    copies.look(WEEK);
  }

  @Test
  void bringBackWhatIsGone_withItsBytesAndItsTime() throws Exception {
    byte[] bytes = Files.readAllBytes(file(IMAGE));
    long modified = Files.getLastModifiedTime(file(IMAGE)).toMillis();
    Files.delete(file(IMAGE));

    CompletionStage<Path> found = find(IMAGE);
    work();

    assertThat(found.toCompletableFuture().join()).isEqualTo(file(IMAGE)).hasBinaryContent(bytes);
    assertThat(Files.getLastModifiedTime(file(IMAGE)).toMillis()).isEqualTo(modified);
    assertThat(heard).containsExactly("fetched 300000");
    assertThat(changed).containsExactly(job);
  }

  @Test
  void areFetchedOnce_forAllWhoReadThem() throws Exception {
    Files.delete(file(IMAGE));

    CompletionStage<Path> first = find(IMAGE);
    CompletionStage<Path> second = find(IMAGE);
    work();
    CompletionStage<Path> third = find(IMAGE);

    assertThat(first.toCompletableFuture()).isCompleted();
    assertThat(second.toCompletableFuture()).isCompleted();
    assertThat(third.toCompletableFuture()).isCompleted();
    assertThat(store.read).containsExactly("farm/lighthouse/image.png");
  }

  @Test
  void areReadWhereTheyLie_withoutTheStore() {
    store.isDown = true;

    assertThat(find(IMAGE).toCompletableFuture()).isCompletedWithValue(file(IMAGE));
    assertThat(find("phase-1.safetensors").toCompletableFuture()).isCompleted();
    assertThat(tasks).isEmpty();
  }

  @Test
  void areNowhere_whenTheyWereNeverStored() {
    assertThat(find("phase-9.png").toCompletableFuture()).isCompletedWithValue(file("phase-9.png"));
    assertThat(tasks).isEmpty();
  }

  @Test
  void cannotBeHadNow_whenTheStoreIsDown_andCanBeLater() throws Exception {
    Files.delete(file(IMAGE));
    store.isDown = true;
    CompletionStage<Path> early = find(IMAGE);
    work();
    store.isDown = false;
    CompletionStage<Path> late = find(IMAGE);
    work();

    DemofusionException failure = failure(early);
    assertThat(failure.code()).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(failure.userMessage())
        .isEqualTo(
            "image.png of job lighthouse is in the object store alone, which cannot be reached now;"
                + " retry later");
    assertThat(late.toCompletableFuture()).isCompletedWithValue(file(IMAGE));
    assertThat(heard).containsExactly("failed", "fetched 300000");
  }

  @Test
  void cannotBeHad_whenTheStoreLostThem() throws Exception {
    Files.delete(file(IMAGE));
    store.objects.clear();

    CompletionStage<Path> found = find(IMAGE);
    work();

    DemofusionException failure = failure(found);
    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE);
    assertThat(failure.userMessage())
        .isEqualTo(
            "image.png of job lighthouse is in the object store alone, as"
                + " s3://pictures/farm/lighthouse/image.png, and cannot be fetched: the store"
                + " answered 404 NoSuchKey");
  }

  @Test
  void areNeverAnotherPicture() throws Exception {
    byte[] other = Files.readAllBytes(file(IMAGE));
    other[1000]++;
    for (byte[] wrong : List.of(other, new byte[] {1}, new byte[1_000_000])) {
      Files.deleteIfExists(file(IMAGE));
      store.objects.put("farm/lighthouse/image.png", wrong);

      CompletionStage<Path> found = find(IMAGE);
      work();

      DemofusionException failure = failure(found);
      assertThat(failure.code()).isEqualTo(FailureCode.STORAGE);
      assertThat(failure.userMessage())
          .contains("what is there is not the file that was stored, 300000 bytes with SHA-256");
      assertThat(names()).noneMatch(name -> name.contains(IMAGE));
    }
  }

  @Test
  void areOfNoJob_whenThatWasRemovedMeanwhile() throws Exception {
    Files.delete(file(IMAGE));

    CompletionStage<Path> found = find(IMAGE);
    data.remove(job);
    work();

    assertThat(failure(found).code()).isEqualTo(FailureCode.NOT_FOUND);
  }

  @Test
  void countAsThere_whereverTheyAre() {
    passTheTime(WEEK.plusHours(1));

    JobView view = new FolderReader(data).read(job, clock.instant()).view();

    assertThat(Files.exists(file(IMAGE))).isFalse();
    assertThat(view.hasImage()).isTrue();
    assertThat(view.previews()).containsExactly(1, 2);
  }

  @Test
  void go_whenNobodyReadThemForTheTime() throws Exception {
    passTheTime(WEEK.minusSeconds(1));
    assertThat(names()).contains(IMAGE, "image.zoom");

    passTheTime(Duration.ofSeconds(1));

    assertThat(names())
        .containsExactly(
            "job.json",
            "phase-1.png",
            "phase-1.safetensors",
            "report.json",
            "request.json",
            "stored.json");
    assertThat(heard).containsExactly("removed 4 files, 301104 bytes");
    assertThat(changed).containsExactly(job);
  }

  @Test
  void stay_whenSomebodyReadsThem() throws Exception {
    passTheTime(WEEK.minusSeconds(1));
    assertThat(find("image.zoom").toCompletableFuture()).isCompleted();

    passTheTime(WEEK.minusSeconds(1));
    assertThat(names()).contains(IMAGE);

    passTheTime(Duration.ofSeconds(1));
    assertThat(names()).doesNotContain(IMAGE);
  }

  @Test
  void go_whenOnlyWhatStaysIsRead() throws Exception {
    passTheTime(WEEK.minusSeconds(1));
    for (String name : List.of("phase-1.png", "request.json", "phase-1.safetensors")) {
      assertThat(find(name).toCompletableFuture()).isCompleted();
    }
    passTheTime(Duration.ofSeconds(1));

    assertThat(names()).doesNotContain(IMAGE);
  }

  @Test
  void stay_whenAPreviewIsRead_thatWouldGo() throws Exception {
    passTheTime(WEEK.minusSeconds(1));
    assertThat(find("phase-2.png").toCompletableFuture()).isCompleted();
    passTheTime(Duration.ofSeconds(1));

    assertThat(names()).contains("phase-2.png");
  }

  @Test
  void stayForAnHour_whenTheyWereFetched_howeverShortTheyAreKept() throws Exception {
    clock.advance(Duration.ofHours(2));
    copies.look(Duration.ZERO);
    assertThat(names()).doesNotContain(IMAGE);
    CompletionStage<Path> found = find(IMAGE);
    work();
    assertThat(found.toCompletableFuture()).isCompleted();

    clock.advance(Duration.ofMinutes(59));
    copies.look(Duration.ZERO);
    assertThat(names()).contains(IMAGE);

    clock.advance(Duration.ofMinutes(1));
    copies.look(Duration.ZERO);
    assertThat(names()).doesNotContain(IMAGE);
  }

  @Test
  void stay_whenNobodySaysHowLong() throws Exception {
    clock.advance(Duration.ofDays(1000));
    copies.look(null);

    assertThat(names()).contains(IMAGE);
  }

  @Test
  void stay_untilTheStoreSaysThatItHasThem() throws Exception {
    byte[] bytes = Files.readAllBytes(file(IMAGE));
    store.objects.remove("farm/lighthouse/image.png");
    passTheTime(WEEK);
    assertThat(names()).contains(IMAGE, "phase-2.png", "image.zoom");

    store.objects.put("farm/lighthouse/image.png", bytes);
    store.hashes.put("farm/lighthouse/image.png", "another");
    passTheTime(Duration.ofMinutes(10));
    assertThat(names()).contains(IMAGE, "phase-2.png", "image.zoom");
    assertThat(heard).isEmpty();
  }

  @Test
  void stay_whenTheyAreNotWhatWasStored() throws Exception {
    Files.write(file(IMAGE), new byte[] {1, 2, 3});

    passTheTime(WEEK);

    assertThat(names()).contains(IMAGE, "phase-2.png");
  }

  @Test
  void stay_whenTheStoreHasNotConfirmedThem() throws Exception {
    StoredResults marker = StoredResults.read(data.job(job)).orElseThrow();
    new StoredResults(marker.bucket(), marker.prefix(), null, marker.files()).write(data.job(job));

    passTheTime(WEEK);

    assertThat(names()).contains(IMAGE);
  }

  @Test
  void stay_whileSomebodyIsToBeToldOfTheJob() throws Exception {
    JobRecord record = JobJson.read(data.record(job).orElseThrow(), JobRecord.class, "its record");
    Notification notice = Notification.pending(Notification.Channel.COMMAND, clock.instant());
    data.writeRecord(job, JobJson.write(record.notified(List.of(notice))));
    passTheTime(WEEK);
    assertThat(names()).contains(IMAGE);

    data.writeRecord(job, JobJson.write(record.notified(List.of(notice.delivered()))));
    passTheTime(Duration.ZERO);
    assertThat(names()).doesNotContain(IMAGE);
  }

  @Test
  void ofOtherJobsStay() throws Exception {
    JobId unfinished = FinishedFolders.unfinished(data, "coast");
    Files.write(data.job(unfinished).resolve(IMAGE), new byte[10]);
    JobId cancelled = FinishedFolders.unfinished(data, "storm");
    Files.write(data.job(cancelled).resolve("phase-2.png"), new byte[10]);
    FinishedFolders.over(data, cancelled, JobState.CANCELLED);

    passTheTime(WEEK);

    assertThat(data.job(unfinished).resolve(IMAGE)).exists();
    assertThat(data.job(cancelled).resolve("phase-2.png")).exists();
    assertThat(file(IMAGE)).doesNotExist();
  }

  @Test
  void goWhenAnOperatorSaysSo_andAreCountedBefore() throws Exception {
    clock.advance(Duration.ofDays(1));

    CompletableFuture<Pruned> foreseen =
        copies.pruneCopies(Duration.ofHours(5), true).toCompletableFuture();
    work();
    assertThat(names()).contains(IMAGE);
    CompletableFuture<Pruned> pruned =
        copies.pruneCopies(Duration.ofHours(5), false).toCompletableFuture();
    work();

    assertThat(foreseen.join()).isEqualTo(new Pruned(List.of(job), 301_104));
    assertThat(pruned.join()).isEqualTo(foreseen.join());
    assertThat(names()).doesNotContain(IMAGE, "phase-2.png", "image.zoom", "image.jpg");
  }

  @Test
  void areNamed_whereNoStoreIsKnownAnyMore() throws Exception {
    Files.delete(file(IMAGE));

    DemofusionException failure = failure(ResultFiles.HERE.find(job, data.job(job), IMAGE));

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE);
    assertThat(failure.userMessage())
        .isEqualTo(
            "image.png of job lighthouse is in s3://pictures/farm/lighthouse/ alone, and this"
                + " coordinator knows no object store: start it with --results");
    assertThat(failure(ResultFiles.HERE.pruneCopies(WEEK, true)).userMessage())
        .contains("this coordinator has the only copies of its images");
  }
}
