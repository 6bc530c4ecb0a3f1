package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.ForeignProgram.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Packages of PyPI in a folder of their own under {@code target}, for tests that hold this program
 * against others' (it needs no Python itself). Where there is no Python, or no index of packages
 * can be reached, the test says so and stands aside; a version that the index does not have fails
 * it, or what is pinned wrongly would never be run.
 */
public final class PythonEnvironment {
  private final Path home;

  private PythonEnvironment(Path home) {
    this.home = home;
  }

  /**
   * Installed once; what is there already is not asked for again.
   *
   * @param name of the folder
   * @param packages each as {@code name==version}
   */
  public static PythonEnvironment with(String name, List<String> packages)
      throws IOException, InterruptedException {
    PythonEnvironment made =
        new PythonEnvironment(Path.of("target", "python", name).toAbsolutePath());
    Path installed = made.home.resolve("installed.txt");
    String wanted = String.join("\n", packages);
    if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
      made.install(packages);
      Files.writeString(installed, wanted);
    }
    return made;
  }

  private void install(List<String> packages) throws IOException, InterruptedException {
    ForeignProgram anyPython = ForeignProgram.require("python3", "of any system");
    Said made = anyPython.run("-m", "venv", "--clear", home.toString());
    assumeTrue(made.exitCode() == 0, () -> "python3 has no venv here: " + made.words());
    List<String> line = new ArrayList<>(List.of("-m", "pip", "install", "--quiet"));
    line.addAll(packages);
    Said said = python().run(line.toArray(String[]::new));
    assertThat(said.words())
        .as("what the index has in place of what is pinned")
        .doesNotContainPattern("from versions: [^n)]");
    assumeTrue(said.exitCode() == 0, () -> "pip installs nothing here: " + said.words());
  }

  public ForeignProgram python() {
    return program("python");
  }

  /** One that came with the packages. */
  public ForeignProgram program(String name) {
    return new ForeignProgram(home.resolve("bin").resolve(name).toString());
  }
}
