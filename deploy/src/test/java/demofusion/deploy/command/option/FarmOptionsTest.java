package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.client.BearerToken;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FarmOptionsTest {
  @TempDir Path folder;

  @Test
  void asksThisMachine_whenNobodySaysOtherwise() {
    FarmAccess access = options().access(Map.of());

    assertThat(access)
        .isEqualTo(new FarmAccess(CoordinatorAddress.DEFAULT, null, null, Duration.ofMinutes(5)));
  }

  @Test
  void putsOptionsBeforeTheEnvironment_andThatBeforeTheFile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("farm.conf"),
            "demofusion.client { coordinator = \"http://file:1\", ca = file.crt }");
    Map<String, String> environment = new HashMap<>(Map.of("DEMOFUSION_CONFIG", file.toString()));

    assertThat(options().access(environment).address()).hasToString("http://file:1");
    assertThat(options().access(environment).authority()).isEqualTo(Path.of("file.crt"));

    environment.put("DEMOFUSION_COORDINATOR", "http://environment:2");
    environment.put("DEMOFUSION_CA", "environment.crt");
    assertThat(options().access(environment).address()).hasToString("http://environment:2");
    assertThat(options().access(environment).authority()).isEqualTo(Path.of("environment.crt"));

    FarmOptions given = options("--coordinator", "http://option:3/", "--ca", "option.crt");
    assertThat(given.access(environment).address()).hasToString("http://option:3");
    assertThat(given.access(environment).authority()).isEqualTo(Path.of("option.crt"));
  }

  @Test
  void readsATokenFromAFileOrTheEnvironment() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "of-the-file\n");
    Map<String, String> environment = Map.of("DEMOFUSION_TOKEN", "of-the-environment");

    assertThat(options().access(environment).token())
        .isEqualTo(new BearerToken("of-the-environment"));
    assertThat(options("--token-file", file.toString()).access(environment).token())
        .isEqualTo(new BearerToken("of-the-file"));
    assertThat(new BearerToken("secret").toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two words", "two\nlines", "geheim\u00e9", "a\u0000b"})
  void saysNothingOfWhatAFileHolds_thatHoldsNoToken(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), text);
    FarmOptions options = options("--token-file", file.toString());

    assertThatThrownBy(() -> options.access(Map.of()))
        .hasMessageContaining(file + " contains no token")
        .message()
        .doesNotContain("geheim", "words", "lines");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:7980, false",
    "http://localhost, false",
    "http://[::1]:7980, false",
    "https://farm.example, false",
    "http://farm.example, true",
    "http://10.0.0.1:7980, true"
  })
  void knowsWhereATokenCouldBeReadOnItsWay(String url, boolean isExposed) {
    Map<String, String> environment = Map.of("DEMOFUSION_TOKEN", "secret");

    assertThat(options("--coordinator", url).access(environment).exposesToken())
        .isEqualTo(isExposed);
  }

  private static FarmOptions options(String... words) {
    FarmOptions options = new FarmOptions();
    CliConventions.reading(new CommandLine(options)).parseArgs(words);
    return options;
  }
}
