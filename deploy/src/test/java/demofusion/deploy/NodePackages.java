package demofusion.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.deploy.ForeignProgram.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * Packages of npm in a folder of their own under {@code target}, as {@link PythonEnvironment} has
 * PyPI's. Where there is no Node, or no registry can be reached, the test says so and stands aside.
 */
public final class NodePackages {
  private final Path folder;

  private NodePackages(Path folder) {
    this.folder = folder;
  }

  /**
   * Installed anew, from npm's own store where they were before.
   *
   * @param resources the folder that holds their {@code package.json}
   */
  public static NodePackages of(String resources) throws IOException, InterruptedException {
    ForeignProgram npm = ForeignProgram.require("npm", "of any system");
    NodePackages made =
        new NodePackages(Files.createDirectories(Path.of("target", "node").toAbsolutePath()));
    made.copy(resources, "package.json");
    // Without scripts: those download, from elsewhere than a registry.
    Said said =
        npm.run(
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
            made.folder.toString());
    assumeTrue(said.exitCode() == 0, () -> "npm installs nothing here: " + said.words());
    return made;
  }

  private Path copy(String resources, String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = NodePackages.class.getResourceAsStream(resources + "/" + name)) {
      Files.copy(Objects.requireNonNull(in, name), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  /** Runs a script among them. */
  public Said run(String resources, String script, String... arguments)
      throws IOException, InterruptedException {
    String[] line = new String[arguments.length + 1];
    line[0] = copy(resources, script).toString();
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return ForeignProgram.require("node", "of any system").run(line);
  }
}
