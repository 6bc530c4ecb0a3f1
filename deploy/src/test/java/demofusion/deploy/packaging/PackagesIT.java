package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tarball and the Debian package, unpacked into an empty place and run as the units do. */
class PackagesIT {
  @TempDir Path folder;

  @Test
  void drawsAPicture_fromTheTarball() throws Exception {
    Said unpacked =
        ForeignProgram.require("tar", "of any system")
            .run("-xzf", built(".tar.gz"), "-C", folder.toString());
    assertThat(unpacked.exitCode()).as(unpacked.words()).isZero();
    Path home;
    try (Stream<Path> files = Files.list(folder)) {
      home = files.toList().get(0);
    }

    drawAsTheUnitsDo(home.resolve("bin/demofusion"), home.resolve("deploy"));
  }

  @Test
  void drawsAPicture_fromTheDebianPackage() throws Exception {
    Said unpacked =
        ForeignProgram.require("dpkg", "of Debian").run("-x", built(".deb"), folder.toString());
    assertThat(unpacked.exitCode()).as(unpacked.words()).isZero();
    Path root = folder.resolve("units");
    Files.createDirectories(root);
    Files.createSymbolicLink(root.resolve("systemd"), folder.resolve("lib/systemd/system"));
    Files.createSymbolicLink(root.resolve("etc"), folder.resolve("etc/demofusion"));

    drawAsTheUnitsDo(folder.resolve("usr/bin/demofusion"), root);
  }

  /**
   * @param files with systemd and etc in it
   */
  private void drawAsTheUnitsDo(Path program, Path files) throws Exception {
    Path data = folder.resolve("data");
    try (UnitProcesses units = new UnitProcesses(program, files, folder)) {
      UnitProcesses.Running coordinator =
          units.start(
              "demofusion-coordinator.service",
              "",
              Map.of("DEMOFUSION_COORDINATOR_DATA", data.toString()));
      UnitProcesses.Running worker = units.start("demofusion-worker@.service", "cpu", Map.of());
      Path picture = folder.resolve("picture.png");

      int exitCode =
          units.ask(
              "submit",
              "a lighthouse",
              "--size",
              "256x256",
              "--steps",
              "2",
              "--wait",
              "--output",
              picture.toString());

      assertThat(exitCode).as(units.words()).isZero();
      assertThat(Files.size(picture)).isGreaterThan(10_000);
      assertThat(worker.stop()).isIn(0, 143);
      assertThat(coordinator.stop()).isIn(0, 143);
      assertThat(units.words()).contains("worker=host-cpu");
    }
  }

  @Test
  void haveTheSameTimeOnEveryFile_andTheLabAndTheLicencesAmongThem() throws Exception {
    Said listed =
        ForeignProgram.require("tar", "of any system")
            .run("-tzvf", built(".tar.gz"), "--full-time");

    List<String> lines = listed.words().lines().toList();
    assertThat(lines).hasSizeGreaterThan(100);
    // mode, owner, size, date, time, name
    assertThat(lines.stream().map(line -> List.of(line.split(" +", 6)).subList(3, 5)).distinct())
        .hasSize(1);
    assertThat(listed.words())
        .contains(
            "/lab/demofusion-deploy-",
            "/THIRD-PARTY.txt",
            "/COPYRIGHT.txt",
            "/licences/GPL-3.txt",
            "/LICENSE",
            "/deploy/comfyui/__init__.py",
            "/deploy/comfyui/LICENSE");
  }

  @Test
  void putTheirFilesWhereDebianExpectsThem() throws Exception {
    Said listed = ForeignProgram.require("dpkg", "of Debian").run("-c", built(".deb"));

    assertThat(listed.words())
        .contains(
            "./usr/bin/demofusion -> ../lib/demofusion/bin/demofusion",
            "./lib/systemd/system/demofusion-worker@.service",
            "./usr/lib/sysusers.d/demofusion.conf",
            "./etc/demofusion/coordinator.conf",
            "./usr/share/man/man1/demofusion.1.gz",
            "./usr/share/doc/demofusion/copyright",
            "./usr/share/doc/demofusion/THIRD-PARTY.txt",
            "./usr/share/demofusion/comfyui/__init__.py",
            "./usr/lib/demofusion/lab/demofusion-deploy-");
    assertThat(listed.words().lines())
        .allMatch(line -> line.contains(" root/root "))
        .noneMatch(line -> line.contains("classes-"));
  }

  private static String built(String ending) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .map(Path::toAbsolutePath)
          .map(Path::toString)
          .filter(file -> file.endsWith(ending))
          .findFirst()
          .orElseThrow(() -> new AssertionError("mvn verify makes the package before its tests"));
    }
  }
}
