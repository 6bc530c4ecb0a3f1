package demofusion.coordinator.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.objectstore.S3Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finished pictures in a real S3 server, which goes away and comes back. */
class ResultsTest {
  private static final Results.Pace FAST =
      new Results.Pace(
          Duration.ofMillis(20), new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)));
  private static final int LARGE = 3 << 20;

  @TempDir Path folder;
  private S3Server server;
  private DataFolder data;
  private final Heard heard = new Heard();

  /** What the observer is told, in order. */
  private static final class Heard implements ResultsObserver {
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void stored(int files, long bytes) {
      events.add("stored " + files);
    }

    @Override
    public void failed() {
      events.add("failed");
    }

    @Override
    public void removed(int files) {
      events.add("removed " + files);
    }

    @Override
    public void copiesRemoved(int files, long bytes) {
      events.add("local copies removed");
    }

    /** Waits for that; all that came before it is passed over. */
    void await(String event) throws InterruptedException {
      for (String next = ""; !next.equals(event); ) {
        next = events.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("an event within a minute, before %s", event).isNotNull();
      }
    }
  }

  @BeforeEach
  void startServer() throws Exception {
    server = S3Server.start(folder.resolve("buckets"));
    data = DataFolder.open(folder.resolve("farm"));
  }

  @AfterEach
  void stopServer() throws Exception {
    data.close();
    server.close();
  }

  private ResultsSettings settings() {
    return ResultsSettings.parse(
        "--results", "s3://pictures/farm/a", "--s3-endpoint", server.address().toString(), null);
  }

  /** What is done while results are stored. */
  @FunctionalInterface
  private interface Body {
    void run() throws Exception;
  }

  private void whileStoring(Body body) throws Exception {
    Results results = start();
    try {
      body.run();
    } finally {
      results.close();
    }
  }

  private Results start() {
    return Results.start(settings(), data, InstantSource.system(), heard, FAST);
  }

  @Test
  void storesWhatIsDone_andNothingElse() throws Exception {
    JobId job = FinishedFolders.done(data, "lighthouse", LARGE);
    FinishedFolders.unfinished(data, "coast");
    JobId failed = FinishedFolders.unfinished(data, "storm");
    FinishedFolders.over(data, failed, JobState.CANCELLED);

    whileStoring(
        () -> {
          heard.await("stored 4");
        });

    assertThat(server.keys())
        .containsExactly(
            "farm/a/lighthouse/image.png",
            "farm/a/lighthouse/phase-1.png",
            "farm/a/lighthouse/report.json",
            "farm/a/lighthouse/request.json");
    assertThat(server.object("farm/a/lighthouse/image.png"))
        .hasSameBinaryContentAs(data.job(job).resolve("image.png"));
    StoredResults marker = StoredResults.read(data.job(job)).orElseThrow();
    assertThat(marker.isComplete()).isTrue();
    assertThat(marker.location()).isEqualTo("s3://pictures/farm/a/lighthouse/");
    assertThat(marker.find("image.png").orElseThrow().bytes()).isEqualTo(LARGE);
  }

  @Test
  void storesWhatWasDoneDuringAnOutage_alsoAfterARestart() throws Exception {
    Results first = start();
    server.stop();
    JobId job = FinishedFolders.done(data, "lighthouse", LARGE);
    heard.await("failed");
    heard.await("failed");
    first.close();
    assertThat(StoredResults.read(data.job(job)).orElseThrow().isComplete()).isFalse();

    whileStoring(
        () -> { // it is not there yet: the coordinator starts all the same
          heard.await("failed");
          server = server.again();
          heard.await("stored 4");
        });

    assertThat(server.object("farm/a/lighthouse/image.png"))
        .hasSameBinaryContentAs(data.job(job).resolve("image.png"));
    assertThat(StoredResults.read(data.job(job)).orElseThrow().isComplete()).isTrue();
  }

  @Test
  void removesObjectsOfRemovedJobs_alsoAfterAnOutage() throws Exception {
    JobId job = FinishedFolders.done(data, "lighthouse", 10);
    FinishedFolders.done(data, "coast", 10);
    whileStoring(
        () -> {
          heard.await("stored 4");
          heard.await("stored 4");
          server.stop();
          data.remove(job);
          heard.await("failed");
        });
    assertThat(data.removedResults()).containsExactly(job);
    server = server.again();

    whileStoring(
        () -> {
          heard.await("removed 4");
        });

    assertThat(data.removedResults()).isEmpty();
    assertThat(server.keys()).hasSize(4).allMatch(key -> key.startsWith("farm/a/coast/"));
  }

  @Test
  void storesTheOthers_whenOneCannotBeRead() throws Exception {
    JobId broken = FinishedFolders.done(data, "a-broken-one", 10);
    Files.createDirectory(data.job(broken).resolve("phase-2.png")); // no file
    FinishedFolders.done(data, "lighthouse", 10);

    whileStoring(
        () -> {
          heard.await("failed");
          heard.await("stored 4");
        });

    assertThat(server.keys()).contains("farm/a/lighthouse/image.png");
  }

  @Test
  void refusesABucketThatIsNotThere() {
    ResultsSettings other = new ResultsSettings("nobodys", "", server.address(), null);

    assertThatThrownBy(() -> Results.start(other, data, InstantSource.system(), heard, FAST))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "s3://nobodys/ cannot be written: the store answered 404 NoSuchBucket; the bucket must"
                + " exist, and these credentials may put, get and delete objects in it");
  }

  @Test
  void refusesCredentialsThatTheStoreDoesNotKnow() {
    S3Server.forgetPassword();

    assertThatThrownBy(this::start)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("s3://pictures/farm/a/ cannot be written: the store answered 403");
  }

  @Test
  void isRefusedByTheStore_whenBytesAreOthersThanPromised() throws Exception {
    Path file = Files.write(folder.resolve("image.png"), new byte[] {1, 2, 3});
    FileDigest digest = FileDigest.of(file);
    Files.write(file, new byte[] {3, 2, 1});

    try (S3Store store = S3Store.open(settings())) {
      assertThatThrownBy(() -> store.put(S3Server.BUCKET, "x.png", file, digest))
          .isInstanceOf(ObjectStoreException.class)
          .hasMessage("the store answered 400 BadDigest");
    }
    assertThat(server.keys()).isEmpty();
  }

  @Test
  void bringsBackAPicture_whenTheServerIsThereAgain() throws Exception {
    JobId job = FinishedFolders.done(data, "lighthouse", LARGE);
    Path image = data.job(job).resolve("image.png");
    byte[] bytes = Files.readAllBytes(image);
    Results results = start();
    try {
      heard.await("stored 4");
      Files.delete(image);
      server.stop();
      assertThatThrownBy(() -> find(results, job).join())
          .hasMessageContaining("is in the object store alone, which cannot be reached now");

      server = server.again();
      assertThat(find(results, job).join()).hasBinaryContent(bytes);

      Files.delete(image);
      Files.write(server.object("farm/a/lighthouse/image.png"), new byte[LARGE]);
      assertThatThrownBy(() -> find(results, job).join())
          .hasMessageContaining("is not the file that was stored");
      Files.delete(server.object("farm/a/lighthouse/image.png"));
      assertThatThrownBy(() -> find(results, job).join())
          .hasMessageContaining("cannot be fetched: the store answered 404 NoSuchKey");
      assertThat(image).doesNotExist();
    } finally {
      results.close();
    }
  }

  private CompletableFuture<Path> find(Results results, JobId job) {
    return results.files().find(job, data.job(job), "image.png").toCompletableFuture();
  }

  @Test
  void removesLocalCopies_whenTheServerSaysThatItHasThem() throws Exception {
    JobId job = FinishedFolders.done(data, "lighthouse", LARGE);
    Results results =
        Results.start(
            settings().withKeepLocal(Duration.ZERO), data, InstantSource.system(), heard, FAST);
    try {
      heard.await("local copies removed");
    } finally {
      results.close();
    }

    assertThat(data.job(job).resolve("image.png")).doesNotExist();
    assertThat(data.job(job).resolve("phase-1.png")).exists();
    assertThat(server.object("farm/a/lighthouse/image.png")).hasSize(LARGE);
  }

  @Test
  void waitsForAStoreThatDoesNotAnswer() throws Exception {
    URI address = server.address();
    server.stop();

    start().close();

    server = server.again();
    assertThat(server.address()).isEqualTo(address);
    assertThat(server.keys()).isEmpty();
  }
}
