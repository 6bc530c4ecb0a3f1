package demofusion.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSecretTest {
  private static final String SECRET = "correct horse battery staple";

  @TempDir Path folder;

  private Path file(String content) throws IOException {
    Path file = folder.resolve("secret");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }

  @Test
  void derivesTheSameIdentityEverywhereAndForever() throws Exception {
    DerivedIdentity identity = DerivedIdentity.of(SECRET);

    identity.certificate().verify(identity.certificate().getPublicKey());
    assertThat(sha256(identity.certificate().getEncoded()))
        .isEqualTo("1003e7ae9f52fc31ea624048510694496ff5ba5c70840387605d0e55f8389c4e");
  }

  @Test
  void derivesAnotherIdentityFromAnotherSecret() throws Exception {
    assertThat(DerivedIdentity.of(SECRET + "!").certificate().getPublicKey())
        .isNotEqualTo(DerivedIdentity.of(SECRET).certificate().getPublicKey());
  }

  @Test
  void takesASecretWithoutTheLinesEnd() throws IOException {
    Path file = file("0123456789abcdef\n");

    assertThatCode(() -> new SharedSecret(file).check()).doesNotThrowAnyException();
  }

  @Test
  void refusesAShortSecret() throws IOException {
    Path file = file("0123456789abcde\n");

    assertThatThrownBy(() -> new SharedSecret(file).check())
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("has 15 characters; it must have at least 16");
  }

  @Test
  void refusesASecretThatEverybodyCanRead() throws IOException {
    Path file = file(SECRET);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> new SharedSecret(file).check())
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("is readable by every user");
  }

  @Test
  void refusesASecretThatIsNotThere() {
    assertThatThrownBy(() -> new SharedSecret(folder.resolve("none")).check())
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(folder.resolve("none") + " does not exist");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
