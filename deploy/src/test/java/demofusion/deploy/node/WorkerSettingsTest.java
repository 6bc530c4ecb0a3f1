package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two ways to a coordinator, and what belongs to which. */
class WorkerSettingsTest {
  @TempDir Path folder;
  private Path token;

  @BeforeEach
  void writeToken() throws IOException {
    token = Files.writeString(folder.resolve("worker.token"), "secret-of-a-worker\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  /** Words as on a command line; {@code TOKEN} is the token's file. */
  private WorkerSettings read(String line, Map<String, String> environment) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    String[] words = line.replace("TOKEN", token.toString()).strip().split(" ", -1);
    for (int n = 0; n < words.length; n++) {
      String option = words[n];
      Setting setting =
          Setting.OF_WORKER.stream()
              .filter(each -> each.option().equals(option))
              .findFirst()
              .orElseThrow();
      options.put(setting, setting == Setting.INSECURE ? "true" : words[++n]);
    }
    return WorkerSettings.of(Settings.read(options, environment, null), "name");
  }

  private WorkerSettings read(String line) {
    return read(line, Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://farm:7980 --token-file TOKEN",
        "https://a.lan/prefix/ --token-file TOKEN",
        "http://127.0.0.1:7980",
        "http://localhost:7980 --token-file TOKEN",
        "http://farm:7980 --token-file TOKEN --insecure"
      })
  void dialsAUrl(String join) {
    WorkerSettings settings = read("--join " + join);

    DialOut dialOut = (DialOut) settings.uplink();
    assertThat(dialOut.url()).hasToString(join.split(" ", -1)[0].replaceAll("/$", ""));
    assertThat(dialOut.token().get()).isEqualTo(join.contains("TOKEN") ? "secret-of-a-worker" : "");
    assertThat(dialOut.trust()).isEmpty();
  }

  @Test
  void readsTheTokenAnew_whenItWasChanged() throws IOException {
    DialOut dialOut = (DialOut) read("--join https://farm --token-file TOKEN").uplink();

    Files.writeString(token, "another-secret");

    assertThat(dialOut.token().get()).isEqualTo("another-secret");
  }

  @Test
  void meetsAnAddressByArtery() {
    WorkerSettings settings = read("--join 127.0.0.1:25520,farm:25520");

    assertThat(settings.uplink().targets()).isEqualTo("[127.0.0.1:25520, farm:25520]");
    assertThat(settings.uplink()).isInstanceOf(ArteryUplink.class);
    assertThat(settings.largestMessage()).isEqualTo(32 << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://a:1,b:2 --token-file TOKEN     | --join "https://a:1,b:2" must be one URL of a coordinator's API, or addresses HOST:PORT only
          b:2,https://a:1 --token-file TOKEN     | --join "b:2,https://a:1" must be one URL of a coordinator's API, or addresses HOST:PORT only
          https://a:1,https://b --token-file TOKEN | must be one URL of a coordinator's API
          ftp://a:1 --token-file TOKEN           | the coordinator's address "ftp://a:1" must be like http://127.0.0.1:7980
          https://a:99999 --token-file TOKEN     | the coordinator's address "https://a:99999" must be like
          http://farm:7980 --token-file TOKEN    | --join http://farm:7980 would send the token and all work unencrypted: use https, or --insecure
          https://farm:7980                      | --join https://farm:7980 needs a token: give --token-file FILE
          http://farm --insecure                 | --join http://farm needs a token: give --token-file FILE
          https://a --token-file /none           | /none does not exist: demofusion token NAME --role work prints such a token
          https://a --token-file TOKEN --ca /none | --ca /none cannot be read
          https://a --token-file TOKEN --bind 127.0.0.1:1 | --bind is for workers that others connect to, with --join HOST:PORT: leave it out, or join the other way
          https://a --token-file TOKEN --advertise a:1 | --advertise is for workers that others connect to
          https://a --token-file TOKEN --tls certificates | --tls is for workers that others connect to
          https://a --token-file TOKEN --secret TOKEN | --secret is for workers that others connect to
          127.0.0.1:25520 --token-file TOKEN     | --token-file is for workers that join through the API, with --join https://HOST:PORT: leave it out, or join the other way
          127.0.0.1:25520 --ca ca.crt            | --ca is for workers that join through the API
          """)
  void refusesWhatCannotBe(String line, String sentence) {
    assertThatThrownBy(() -> read("--join " + line))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void refusesATokenThatEveryoneCanRead() throws IOException {
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> read("--join https://farm --token-file TOKEN"))
        .hasMessage(token + " is readable by every user of this machine: run chmod 600 " + token);
  }

  /** As an image's settings are there for workers of both kinds. */
  @Test
  void doesWithoutWhatTheEnvironmentSaysForTheOtherWay() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DEMOFUSION_WORKER_BIND", "0.0.0.0:25521");
    environment.put("DEMOFUSION_SECURITY_SECRET", "/none");
    environment.put("DEMOFUSION_WORKER_TOKEN_FILE", token.toString());

    WorkerSettings settings = read("--join https://farm", environment);

    assertThat(settings.uplink().targets()).isEqualTo("https://farm");
    assertThat(settings.uplink().heardHereOnly()).isEmpty();
  }

  @Test
  void checksItsDeviceAtTheStartAndNowAndThen_whereThatIsWanted() {
    WorkerSettings silent = read("--join 127.0.0.1:25520");
    WorkerSettings careful = read("--join 127.0.0.1:25520 --selftest true --selftest-every 24h");

    assertThat(silent.selftest()).isFalse();
    assertThat(silent.selftestEvery()).isEmpty();
    assertThat(careful.selftest()).isTrue();
    assertThat(careful.selftestEvery()).contains(Duration.ofHours(24));
    assertThatThrownBy(() -> read("--join 127.0.0.1:25520 --selftest-every 10ms"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "--selftest-every \"10ms\" must be at least 1s, or the worker would do nothing else");
  }
}
