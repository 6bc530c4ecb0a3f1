package demofusion.deploy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final String ROUTE = "/v1/jobs/one/image";
  private static final JobFile PICTURE = JobFile.picture(FarmValues.sha256(FarmValues.PICTURE));

  @TempDir Path folder;
  private final FakeFarm farm = FakeFarm.start();
  private final ScriptedPause pause = new ScriptedPause();
  private final FarmClient client =
      new FarmClient(
          new FarmAccess(CoordinatorAddress.parse(farm.url()), null, null, FarmAccess.PATIENCE),
          Duration.ofMinutes(1),
          pause,
          sentence -> {});

  @AfterEach
  void close() {
    client.close();
    farm.close();
  }

  @Test
  void bringsTheWholePicture_whenHalfOfItCameFirst() throws Exception {
    farm.files.put(ROUTE, FarmValues.PICTURE);
    farm.faults.add(farm.halfOf(ROUTE));
    List<List<Path>> between = new ArrayList<>();
    pause.then(() -> between.add(files()));

    client.download(PICTURE, new JobId("one"), target());

    assertThat(target()).hasBinaryContent(FarmValues.PICTURE);
    assertThat(between).containsExactly(List.of()); // half a picture lay under no name
  }

  @Test
  void bringsThePicture_whenTheCoordinatorDiesInTheMiddleOfIt() throws Exception {
    farm.files.put(ROUTE, FarmValues.PICTURE);
    farm.faults.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(FarmValues.PICTURE, 0, 5);
          exchange.getResponseBody().flush();
          farm.stop();
        });
    pause.thenNothing().thenNothing().then(farm::startAgain);

    client.download(PICTURE, new JobId("one"), target());

    assertThat(target()).hasBinaryContent(FarmValues.PICTURE);
  }

  @Test
  void leavesWhatWasThere_whenThePictureIsAnother() throws Exception {
    Files.writeString(target(), "the picture of before");
    farm.files.put(ROUTE, "another picture".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> client.download(PICTURE, new JobId("one"), target()))
        .hasMessageContaining("arrived with SHA-256 ")
        .hasMessageContaining("but the farm reports " + PICTURE.sha256() + ", 3 times");

    assertThat(target()).hasContent("the picture of before");
    assertThat(files()).containsExactly(target());
    assertThat(farm.requests).hasSize(3);
  }

  @Test
  void saysThatTheFileCannotBeWritten_withoutAskingAgain() {
    farm.files.put(ROUTE, FarmValues.PICTURE);

    assertThatThrownBy(
            () -> client.download(PICTURE, new JobId("one"), folder.resolve("no/picture.png")))
        .hasMessageContaining("picture.png could not be written");

    assertThat(farm.requests).hasSize(1);
  }

  private Path target() {
    return folder.resolve("picture.png");
  }

  private List<Path> files() {
    try (var files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
