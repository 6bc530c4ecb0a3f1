package demofusion.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A clone that was never built, with a Maven that takes as long as a test wants.
 *
 * <pre>
 *   clone/deploy/pom.xml, bin/demofusion     as in a clone
 *   tools/mvn                                notes each build, waits for tools/go, puts the
 *                                            distribution where a build would
 * </pre>
 */
final class FreshClone {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String MAVEN =
      """
      #!/bin/sh
      echo build >>"%1$s/builds"
      while [ ! -f "%1$s/go" ]; do sleep 0.1; done
      mkdir -p deploy/target/demofusion
      cp -r "%2$s/bin" "%2$s/help" deploy/target/demofusion/
      : >deploy/target/demofusion/complete
      """;

  private final Path tools;
  private final Path deploy;

  private FreshClone(Path tools, Path deploy) {
    this.tools = tools;
    this.deploy = deploy;
  }

  static FreshClone in(Path folder, Distribution distribution) throws IOException {
    Path deploy = folder.resolve("clone").resolve("deploy");
    Path tools = Files.createDirectories(folder.resolve("tools"));
    Files.createDirectories(deploy.resolve("bin"));
    Files.createFile(deploy.resolve("pom.xml"));
    Files.copy(distribution.launcher(), deploy.resolve("bin").resolve("demofusion"));
    Path maven = tools.resolve("mvn");
    Files.writeString(maven, MAVEN.formatted(tools, distribution.home()));
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new FreshClone(tools, deploy);
  }

  /** Asks for the version. */
  Process start(String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(deploy.resolve("bin").resolve("demofusion").toString(), "--version")
            .redirectOutput(tools.resolve(name + ".out").toFile())
            .redirectError(tools.resolve(name + ".err").toFile());
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    return builder.start();
  }

  void awaitBuild() throws InterruptedException {
    await(() -> Files.exists(tools.resolve("builds")));
  }

  void awaitWords(String name, String words) throws InterruptedException {
    await(() -> read(name + ".err").contains(words));
  }

  void letBuildsEnd() throws IOException {
    Files.createFile(tools.resolve("go"));
  }

  long builds() {
    return read("builds").lines().count();
  }

  String out(String name) {
    return read(name + ".out");
  }

  private String read(String name) {
    try {
      return Files.readString(tools.resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static void await(BooleanSupplier isSo) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it never came");
      }
      Thread.sleep(20);
    }
  }
}
