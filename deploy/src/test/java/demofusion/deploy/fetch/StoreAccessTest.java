package demofusion.deploy.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreAccessTest {
  private static Optional<StoreAccess> access(String join, String api, String token) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    options.put(Setting.JOIN, join);
    if (!api.isEmpty()) {
      options.put(Setting.WORKER_API, api);
    }
    if (!token.isEmpty()) {
      options.put(Setting.WORKER_TOKEN_FILE, token);
    }
    return StoreAccess.of(Settings.read(options, Map.of(), null));
  }

  @Test
  void isWhereTheWorkerJoins_byAUrl() {
    StoreAccess access = access("https://farm:7980", "", "t").orElseThrow();

    assertThat(access.address()).hasToString("https://farm:7980");
    assertThat(access.token()).hasValue(Path.of("t"));
    assertThat(access.isGuess()).isFalse();
  }

  @Test
  void isWhatWasSaid_elseTheUsualPortOfThisMachine_elseNotKnown() {
    assertThat(access("far:25520", "https://far:1", "").orElseThrow().address())
        .hasToString("https://far:1");
    assertThat(access("127.0.0.1:25520", "", "").orElseThrow().isGuess()).isTrue();
    assertThat(access("far:25520", "", "")).isEmpty();
    assertThat(access("127.0.0.1:1,127.0.0.1:2", "", "")).isEmpty();
  }

  @Test
  void doesNotSendATokenInTheClear() {
    assertThatThrownBy(() -> access("far:25520", "http://far:7980", "t"))
        .hasMessageContaining("unencrypted");
  }
}
