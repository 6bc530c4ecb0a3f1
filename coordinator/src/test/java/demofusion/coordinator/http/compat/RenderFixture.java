package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.FakeWorkers;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.compat.openai.OpenAiApi;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server that speaks both guests' languages, and whose pictures a test draws.
 *
 * <pre>
 *  begin(path, json) ─▶ guests' routes ─▶ nextRequest()   what the farm is asked for
 *        ◀─ answer ◀─────────────────────  draw()        the picture is there
 * </pre>
 */
public final class RenderFixture implements BeforeEachCallback, AfterAllCallback {
  public static final String INFO =
      "a fox\n"
          + "Negative prompt: a hound\n"
          + "Steps: 50, Sampler: Euler a, CFG scale: 7.5, Seed: 42, Size: 2048x1536, Model hash:"
          + " 0123456789";

  /** What the addresses of pictures are signed by. */
  public static final MovableClock CLOCK = new MovableClock();

  /** The real time, or as much later as a test wants. */
  public static final class MovableClock implements InstantSource {
    private volatile Duration later = Duration.ZERO;

    public void move(Duration later) {
      this.later = later;
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(later);
    }
  }

  public final TestApi api;
  private final List<CompletableFuture<?>> unread = new ArrayList<>();

  private RenderFixture(TestApi api) {
    this.api = api;
    api.workers.workers.put("w", FakeWorkers.worker("w", WorkerView.State.READY, null));
  }

  public static RenderFixture open() {
    return new RenderFixture(
        TestApi.withGuests(
            TestApi.temporary(),
            null,
            List.of(new StableDiffusionApi(), new OpenAiApi(PictureLinks.ofThisRun(CLOCK)))));
  }

  /**
   * Where anna and bert may have pictures made, and vera may look; secrets are names twice. Carl
   * may look too, and there are colons in his secret.
   */
  public static RenderFixture withTokens() {
    Path folder = TestApi.temporary();
    String tokens =
        TestApi.token("anna", Role.SUBMIT, "anna-anna")
            + TestApi.token("bert", Role.OPERATE, "bert-bert")
            + TestApi.token("vera", Role.VIEW, "vera-vera")
            + TestApi.token("carl", Role.VIEW, "carl:carl:");
    Path file = write(folder.resolve("tokens"), tokens);
    return new RenderFixture(
        TestApi.withGuests(
            folder,
            file,
            List.of(new StableDiffusionApi(), new OpenAiApi(PictureLinks.ofThisRun(CLOCK)))));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PNG that says how it was made. */
  public static byte[] png(String info) throws IOException {
    return png(info, 5, 7);
  }

  /** The same of some size. */
  public static byte[] png(String info, int width, int height) throws IOException {
    PixelRows grey =
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return new PixelExtent(width, height);
          }

          @Override
          public void read(int y, byte[] rgb) {
            Arrays.fill(rgb, (byte) y);
          }
        };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PngWriter.write(bytes, grey, Map.of(GenerationParameters.KEYWORD, info, "Title", "Fox"));
    return bytes.toByteArray();
  }

  /** Sends without waiting for the answer. */
  public CompletableFuture<HttpResponse<String>> begin(String path, String json) {
    return begin(api.posting(path, json));
  }

  public CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return api.send(request);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })
        .orTimeout(1, TimeUnit.MINUTES);
  }

  /** Sends, and does not care for the answer. */
  public void ask(String path, String json) {
    ask(api.posting(path, json));
  }

  public void ask(HttpRequest.Builder request) {
    unread.add(begin(request));
  }

  /** The next picture that the farm is asked for. */
  public JobRequest nextRequest() throws InterruptedException {
    return api.jobs.nextHeard(Jobs.Submit.class).request();
  }

  /** The same of a request for one picture, which is waited for from then on. */
  public JobRequest nextRequestOfOne() throws InterruptedException {
    JobRequest request = nextRequest();
    api.jobs.nextHeard(Jobs.Watch.class);
    api.jobs.next(api.jobs.watchers);
    return request;
  }

  /** Draws the next picture that somebody waits for. */
  public void draw() throws IOException, InterruptedException {
    end(JobState.DONE, "image.png");
  }

  /** Ends the job that somebody waits for. */
  public void end(JobState state, String... files) throws IOException, InterruptedException {
    end(nextAwaited(), state, files);
  }

  /** The next job that somebody waits for. */
  public String nextAwaited() throws InterruptedException {
    return api.jobs.nextHeard(Jobs.Watch.class).job().value();
  }

  /** Ends this one. */
  public void end(String id, JobState state, String... files)
      throws IOException, InterruptedException {
    var watcher = api.jobs.next(api.jobs.watchers);
    Files.createDirectories(api.jobs.folderOf(id));
    for (String file : files) {
      Files.write(api.jobs.folderOf(id).resolve(file), png(INFO));
    }
    JobView job = FakeJobs.in(Objects.requireNonNull(api.jobs.jobs.get(id)), state);
    api.jobs.jobs.put(id, job);
    watcher.tell(new JobEvent(JobEvent.Kind.STATE, job, null, null));
  }

  public static JsonNode json(HttpResponse<String> response) throws IOException {
    return TestApi.json(response);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    api.beforeEach(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    api.afterAll(context);
  }
}
