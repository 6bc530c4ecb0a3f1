package demofusion.deploy.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserHomeTest {
  @TempDir Path folder;
  private final Properties properties = new Properties();

  @Test
  void leavesAHomeAsItIs() {
    properties.setProperty("user.home", folder.toString());

    UserHome.announce(properties, Map.of("HOME", "/"));

    assertThat(properties).hasSize(1).containsEntry("user.home", folder.toString());
  }

  @Test
  void takesTheEnvironmentsHome_whereJavaKnowsNone() {
    properties.setProperty("user.home", "?");

    UserHome.announce(properties, Map.of("HOME", folder.toString()));

    assertThat(properties).hasSize(1).containsEntry("user.home", folder.toString());
  }

  @Test
  void keepsNothing_whereThereIsNoHome() {
    properties.setProperty("user.home", "?");
    properties.setProperty("java.io.tmpdir", "/tmp");

    UserHome.announce(properties, Map.of("HOME", "/"));

    assertThat(Path.of(properties.getProperty("user.home")).toFile().mkdirs()).isFalse();
    assertThat(Path.of(properties.getProperty("user.home"))).isAbsolute();
    assertThat(properties).containsEntry("jna.tmpdir", "/tmp");
  }

  @Test
  void usesTheCacheThatIsNamed_whereThereIsNoHome() {
    properties.setProperty("user.home", "?");

    UserHome.announce(properties, Map.of("XDG_CACHE_HOME", folder.toString()));

    assertThat(properties).doesNotContainKey("jna.tmpdir");
  }
}
