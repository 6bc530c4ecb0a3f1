package demofusion.coordinator.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.http.body.ApiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureLinksTest {
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path folder;
  private Instant now = NOON;
  private final InstantSource clock = () -> now;

  private static HttpRequest request(String query) {
    return HttpRequest.create("http://127.0.0.1/v1/pictures/job-1.png" + query);
  }

  @Test
  void isGoodForOnePicture_forAnHour() {
    PictureLinks links = PictureLinks.ofThisRun(clock);
    String query = links.query("job-1.png");

    assertThatCode(() -> links.require(request(query), "job-1.png")).doesNotThrowAnyException();
    assertThatThrownBy(() -> links.require(request(query), "job-2.png"))
        .hasMessageContaining("no valid signature");
    now = NOON.plusSeconds(3600);
    assertThatCode(() -> links.require(request(query), "job-1.png")).doesNotThrowAnyException();
    now = NOON.plusSeconds(3601);
    assertThatThrownBy(() -> links.require(request(query), "job-1.png"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("was valid until 2026-11-29T13:00:00Z");
  }

  @Test
  void refusesWhatItHasNotSigned() {
    PictureLinks links = PictureLinks.ofThisRun(clock);
    String query = links.query("job-1.png");

    for (String wrong :
        new String[] {
          "",
          "?expires=1",
          "?signature=x",
          query.replace("expires=", "expires=9"),
          query.substring(0, query.length() - 1),
          query + "A",
          PictureLinks.ofThisRun(clock).query("job-1.png"),
        }) {
      assertThatThrownBy(() -> links.require(request(wrong), "job-1.png"))
          .as(wrong)
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.status().intValue()).isEqualTo(403));
    }
  }

  @Test
  void keepsItsKey_whichOnlyTheOwnerCanRead() throws Exception {
    Path file = folder.resolve("picture-links.key");
    String query = PictureLinks.keptIn(file, clock).query("job-1.png");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatCode(() -> PictureLinks.keptIn(file, clock).require(request(query), "job-1.png"))
        .doesNotThrowAnyException();
  }

  @Test
  void makesAnotherKey_whereTheFileHoldsNone() throws Exception {
    Path file = Files.createFile(folder.resolve("picture-links.key"));

    PictureLinks.keptIn(file, clock);

    assertThat(file).hasSize(32);
    assertThatCode(() -> PictureLinks.keptIn(folder.resolve("no/key"), clock).query("x.png"))
        .doesNotThrowAnyException();
  }
}
