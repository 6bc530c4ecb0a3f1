package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobState;
import demofusion.protocol.latent.Tensor;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ZoomRoutesTest {
  @RegisterExtension static final TestApi api = TestApi.open();

  private static void draw(String id) throws Exception {
    Files.createDirectories(api.jobs.folderOf(id));
    try (OutputStream out = Files.newOutputStream(api.jobs.folderOf(id).resolve("image.png"))) {
      PngWriter.write(out, PixelRows.of(Tensor.zeros(3, 400, 900)), Map.of());
    }
    api.jobs.jobs.put(id, FakeJobs.job(id, "local", JobState.DONE, "a fox"));
  }

  @Test
  void cutsAPicture_whenSomebodyLooksAtIt() throws Exception {
    draw("a");

    HttpResponse<String> zoom = api.get("/v1/jobs/a/zoom");

    assertThat(zoom.statusCode()).isEqualTo(200);
    JsonNode levels = TestApi.json(zoom);
    assertThat(levels.get("width").asInt()).isEqualTo(900);
    assertThat(levels.get("levels").asInt()).isEqualTo(2);
    assertThat(api.jobs.folderOf("a").resolve(TilePyramids.FILE)).exists();
    assertThat(api.jobs.nextHeard(Jobs.Measure.class).job().value()).isEqualTo("a");
  }

  @Test
  void servesTiles_thatOnlyTheCallerKeeps() throws Exception {
    draw("b");

    HttpResponse<byte[]> tile =
        api.send(api.to("/v1/jobs/b/zoom/1/1_0").GET(), BodyHandlers.ofByteArray());

    assertThat(tile.statusCode()).isEqualTo(200);
    assertThat(tile.headers().firstValue("Content-Type")).hasValue("image/jpeg");
    assertThat(tile.headers().firstValue("Cache-Control").orElse("")).startsWith("private");
    assertThat(tile.body()).startsWith(0xff, 0xd8);
    assertThat(api.get("/v1/jobs/b/zoom/1/2_0").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/jobs/b/zoom/2/0_0").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/jobs/b/zoom/0/-1_0").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/jobs/b/zoom/0/9999999_0").statusCode()).isEqualTo(404);
  }

  @Test
  void hasNoTiles_ofAPictureThatIsNotDone() throws Exception {
    api.jobs.jobs.put("c", FakeJobs.job("c", "local", JobState.RUNNING, "a fox"));

    HttpResponse<String> zoom = api.get("/v1/jobs/c/zoom");

    assertThat(zoom.statusCode()).isEqualTo(404);
    assertThat(zoom.body()).contains("of job c, which is running");
  }

  @Test
  void makesTheTilesAnew_whenTheirFileIsBroken() throws Exception {
    draw("d");
    Files.writeString(api.jobs.folderOf("d").resolve(TilePyramids.FILE), "something else");

    assertThat(api.get("/v1/jobs/d/zoom").statusCode()).isEqualTo(200);
  }

  @Test
  void saysWhyThereAreNoTiles_whenThePictureIsBroken() throws Exception {
    draw("e");
    Files.writeString(api.jobs.folderOf("e").resolve("image.png"), "no picture");

    HttpResponse<String> zoom = api.get("/v1/jobs/e/zoom");

    assertThat(zoom.statusCode()).isEqualTo(503);
    assertThat(zoom.body()).contains("image.zoom could not be written");
  }
}
