package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The distribution as it was built: whose things are in it, and where. */
class LicencesIT {
  private static final Path HOME = Path.of("target", "demofusion");

  @Test
  void areSaidOfAllThatShips_andOfNothingElse() throws IOException {
    String thirdParty = Files.readString(HOME.resolve("THIRD-PARTY.txt"));
    String copyright = Files.readString(Path.of("debian", "copyright"));

    assertThat(shipped()).hasSizeGreaterThan(60);
    assertThat(Licences.complaints(shipped(), thirdParty, copyright)).isEmpty();
    assertThat(HOME.resolve("COPYRIGHT.txt")).hasContent(copyright);
  }

  @Test
  void findNothingOfJmh() throws IOException {
    assertThat(shipped()).noneMatch(file -> file.matches("lib/(jmh|jopt-simple|commons-math3)-.*"));
  }

  @Test
  void areOnlyOursInTheLab_andTheLabIsNowhereElse() throws IOException {
    List<String> lab = classes(only(HOME.resolve("lab"), ""));
    List<String> users = classes(only(HOME.resolve("lib"), "demofusion-deploy-"));

    assertThat(lab)
        .anyMatch(name -> name.endsWith("/BenchCommand.class"))
        .anyMatch(name -> name.endsWith("/SoakBench.class"))
        .allMatch(name -> name.startsWith("demofusion/"))
        .doesNotContainAnyElementsOf(users);
    assertThat(users).noneMatch(name -> name.contains("/bench/"));
  }

  /** Of lib and lib/native, as lib/name. */
  private static List<String> shipped() throws IOException {
    try (Stream<Path> files = Files.walk(HOME.resolve("lib"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> HOME.relativize(file).toString())
          .filter(name -> !name.startsWith("lib/classes-"))
          .toList();
    }
  }

  private static Path only(Path folder, String beginning) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith(beginning)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
    }
  }
}
