package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Farms that let in whom they know, and tell the others why not. */
class FarmSecurityIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "128x128", "steps", 3, "seed", 5);

  @TempDir Path folder;

  @Test
  void drawsOverTls_andTurnsAwayWhoHasOtherCertificatesOrNone() throws Exception {
    for (String name : new String[] {"farm-tls", "other-tls"}) {
      assertThat(Distribution.builtOne(folder).run("certificates", name).exitCode()).isZero();
    }
    try (FarmProcesses farm = new FarmProcesses(folder, "tls")) {
      farm.coordinator("--tls", "farm-tls");
      farm.worker("member", "millis=0", "--tls", "farm-tls");
      FarmNode stranger = farm.worker("stranger", "millis=0", "--tls", "other-tls");
      FarmNode naked = farm.worker("naked", "millis=0");

      assertDrawn(farm);
      stranger.awaitLog("and this node do not trust each other", 1);
      naked.awaitLog("uses TLS and this node does not", 1);
      assertThat(farm.api().get("/v1/workers").path("workers")).hasSize(1);
    }
  }

  @Test
  void drawsWithASharedSecret_andTurnsAwayWhoKnowsAnother() throws Exception {
    String secret = secret("secret", "correct horse battery staple");
    String guess = secret("guess", "correct horse battery stable");
    try (FarmProcesses farm = new FarmProcesses(folder, "secret")) {
      farm.coordinator("--secret", secret);
      farm.worker("member", "millis=0", "--secret", secret);
      FarmNode stranger = farm.worker("stranger", "millis=0", "--secret", guess);

      assertDrawn(farm);
      stranger.awaitLog("and this node do not trust each other", 1);
      assertThat(farm.api().get("/v1/workers").path("workers")).hasSize(1);
    }
  }

  private void assertDrawn(FarmProcesses farm) throws Exception {
    FarmApi api = farm.api();
    api.awaitWorker("member", "ready");
    String job = api.submit(PICTURE);
    assertThat(api.awaitBits(job))
        .isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
  }

  private String secret(String name, String words) throws Exception {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, words).toString();
  }
}
