package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A finished image becomes the picture of a new request without leaving the coordinator. */
class RepairRoutesTest {
  private static final PixelExtent LARGE = new PixelExtent(6400, 6400);
  private static final byte[] PNG = png(new PixelExtent(64, 64), 20, 30);
  private static final String MASK = Base64.getEncoder().encodeToString(PNG);

  @TempDir static Path folder;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestApi.open(folder);
    for (String id : new String[] {"done", "large", "huge", "running"}) {
      JobState state = id.equals("running") ? JobState.RUNNING : JobState.DONE;
      api.jobs.jobs.put(id, FakeJobs.job(id, "local", state, "a fox"));
      Files.createDirectories(api.jobs.folderOf(id));
    }
    Files.write(api.jobs.folderOf("done").resolve("image.png"), PNG);
    Files.write(api.jobs.folderOf("large").resolve("image.png"), png(LARGE, 0, 0));
    Path huge = api.jobs.folderOf("huge").resolve("image.png");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(PictureBytes.MOST_BYTES + 1L); // a hole: it takes no room
    }
  }

  /** A black picture with one white pixel. */
  private static byte[] png(PixelExtent extent, int x, int y) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    PixelRows rows =
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return extent;
          }

          @Override
          public void read(int row, byte[] rgb) {
            Arrays.fill(rgb, (byte) 0);
            if (row == y) {
              Arrays.fill(rgb, 3 * x, 3 * x + 3, (byte) 255);
            }
          }
        };
    try {
      PngWriter.write(file, rows, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void makesTheFinishedImageThePicture_thatIsDrawnAnewInPart() throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs/done/repair",
            "{\"prompt\":\"a hat\",\"mask\":\"%s\",\"strength\":0.5,\"inpaintArea\":\"masked\"}"
                .formatted(MASK));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JobRequest request = api.jobs.nextHeard(Jobs.Submit.class).request();
    Inpainting inpainting = Objects.requireNonNull(request.spec().conditions().inpainting());
    assertThat(inpainting.picture().file()).isEqualTo(PNG);
    assertThat(inpainting.strength()).isEqualTo(0.5);
    assertThat(inpainting.area()).isEqualTo(InpaintArea.MASKED);
    assertThat(request.picture()).isNull();
  }

  @Test
  void readsOnlyWhatIsAroundTheMask_ofAnImageThatIsTooLargeToBeHeld() throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs/large/repair",
            "{\"prompt\":\"a hat\",\"mask\":\"%s\",\"inpaintArea\":\"masked\",\"size\":\"6400x6400\"}"
                .formatted(MASK));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JobRequest request = api.jobs.nextHeard(Jobs.Submit.class).request();
    Inpainting inpainting = Objects.requireNonNull(request.spec().conditions().inpainting());
    // The pixel at 20, 30 of 64 is 100 of 6400 at 2000, 3000; native 1024 is around it.
    assertThat(inpainting.cut())
        .isEqualTo(new PictureCut(new JobId("large"), LARGE, 3000 - 462, 2000 - 462));
    assertThat(inpainting.area()).isEqualTo(InpaintArea.PICTURE);
    assertThat(inpainting.padding()).isNull();
    assertThat(request.spec().size()).isNull();
    assertThat(inpainting.picture().file().length).isLessThan(100_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "done    | 400 | \"steps\":3          | nothing is to be drawn: give a mask",
        "done    | 400 | \"image\":\"iVBO\"   | image is the finished one of the job",
        "done    | 400 | \"mask\":\"iVBO\"    | mask",
        "running | 404 | \"outpaint\":\"0,0,8,8\" | no image of job running, which is running",
        "huge    | 400 | \"outpaint\":\"0,0,8,8\" | of job huge is too large",
        "large   | 400 | \"mask\":\"iVBO\"    | mask",
        "nobody  | 404 | \"outpaint\":\"0,0,8,8\" | nobody"
      })
  void refuses(String job, int status, String field, String why) throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs/" + job + "/repair", "{\"prompt\":\"a hat\"," + field + "}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(why);
  }
}
