package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.deploy.Distribution.Said;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the locale and the user, the program draws what was typed and leaves only pictures. */
class LocaleIT {
  private static final String PROMPT = "北京の灯台 Schloß";
  private static final String UNTYPEABLE = "caf\\351"; // é in ISO 8859-1, for printf

  @TempDir Path folder;
  private Distribution distribution;

  @BeforeEach
  void findDistribution() {
    distribution = Distribution.builtOne(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOTHING=said",
        "LC_ALL=C",
        "LC_ALL=POSIX",
        "LC_CTYPE=UTF-8", // a Mac's, over ssh
        "LANG=en_US.UTF-8", // not installed on servers
        "LC_ALL= LC_CTYPE= LANG=de_DE.UTF-8",
        "LANG=de_DE.ISO-8859-1",
        "LC_ALL=nothing.like@it"
      })
  void drawsWhatWasTyped_underEveryLocale(String environment) throws Exception {
    Said said = runTyped(List.of(environment.split(" ")), "モデル.png", octal(PROMPT));

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo(folder.toRealPath() + "/モデル.png\n");
    assertThat(prompt("モデル.png")).isEqualTo(PROMPT);
  }

  @Test
  void drawsWhatWasTyped_underAnInstalledLocaleOfAnotherCharset() throws Exception {
    assumeTrue(compiles("de_DE", "ISO-8859-1", "de_DE.ISO-8859-1"), "localedef is not here");

    Said said =
        runTyped(List.of("LOCPATH=" + folder, "LC_ALL=de_DE.ISO-8859-1"), "a.png", octal(PROMPT));

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(prompt("a.png")).isEqualTo(PROMPT);
  }

  @Test
  void findsAnotherLocale_whereThereIsNoUtf8OfC() throws Exception {
    assumeTrue(compiles("en_US", "UTF-8", "en_US.utf8"), "localedef is not here");
    // glibc has C.UTF-8 built in; an old system's command does not know it
    List<String> environment = List.of(systemWith("en_US.utf8"), "LOCPATH=" + folder);

    Said said = runTyped(environment, "a.png", octal(PROMPT));

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(prompt("a.png")).isEqualTo(PROMPT);
  }

  @Test
  void refusesOneSentence_whereNoLocaleIsUtf8() throws Exception {
    Said said = runTyped(List.of(systemWith("xx_XX.utf8")), "a.png", octal(PROMPT));

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("demofusion: argument ")
        .contains("start demofusion with a UTF-8 locale that is installed")
        .containsOnlyOnce("\n");
  }

  @Test
  void refusesOneSentence_whenAPromptIsNotUtf8() throws Exception {
    Said said = runTyped(List.of("LANG=C"), "a.png", UNTYPEABLE);

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err())
        .endsWith(", \"caf?\", is not UTF-8: enter it in UTF-8, whatever the locale\n")
        .containsOnlyOnce("\n");
    assertThat(folder.resolve("a.png")).doesNotExist();
  }

  @Test
  void leavesOnlyThePicture_whenTheUserHasNeitherHomeNorEntry() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
    assertThat(folder.toFile().setWritable(true, false)).isTrue();
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    List<String> stranger =
        List.of("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "env", "-u", "HOME");

    Said said = run(stranger, "render", "x", "--size", "64x64", "--steps", "1", "-o", "a.png");

    assertThat(said.exitCode()).as(said.err()).isZero();
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("a.png");
    }
  }

  /** As a shell passes it on, whatever the locale of this test's JVM. */
  private Said runTyped(List<String> environment, String output, String prompt) throws Exception {
    List<String> before =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "exec \"$@\" \"$(printf '"
                    + prompt
                    + "')\" -o \"$(printf '"
                    + octal(output)
                    + "')\"",
                "sh",
                "env",
                "-i",
                "PATH=" + System.getenv("PATH")));
    before.addAll(environment);
    return run(before, "render", "--size", "64x64", "--steps", "1");
  }

  private Said run(List<String> before, String... arguments) throws Exception {
    File out = File.createTempFile("out", null);
    File err = File.createTempFile("err", null);
    Process process = distribution.startBehind(before, Map.of(), out, err, arguments);
    return Distribution.said(process.waitFor(), out, err);
  }

  private String prompt(String name) throws Exception {
    // Java's own file names follow the test's locale, a shell's do not.
    String copy = "cp \"$(printf '" + octal(name) + "')\" typed.png";
    Process process = new ProcessBuilder("sh", "-c", copy).directory(folder.toFile()).start();
    assertThat(process.waitFor()).isZero();
    String text = PictureText.read(folder.resolve("typed.png")).get(GenerationParameters.KEYWORD);
    return GenerationParameters.parse(String.valueOf(text)).prompt();
  }

  /** Into the folder, not the system: LOCPATH is where it is found. */
  private boolean compiles(String language, String charset, String name) throws Exception {
    try {
      Process process =
          new ProcessBuilder("localedef", "-i", language, "-f", charset, "./" + name)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      process.getInputStream().readAllBytes();
      process.waitFor();
      return Files.isDirectory(folder.resolve(name));
    } catch (IOException e) {
      return false;
    }
  }

  /** A PATH whose {@code locale} knows no C.UTF-8, but another. */
  private String systemWith(String locale) throws Exception {
    Path command = Files.createDirectory(folder.resolve("commands")).resolve("locale");
    Files.writeString(
        command,
        "#!/bin/sh\ncase $1 in -a) printf 'C\\nPOSIX\\n"
            + locale
            + "\\n' ;; *) echo ANSI_X3.4-1968 ;; esac\n");
    assertThat(command.toFile().setExecutable(true)).isTrue();
    return "PATH=" + command.getParent() + ":" + System.getenv("PATH");
  }

  private static String octal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, bytes.length)
        .mapToObj(n -> "\\%03o".formatted(bytes[n] & 0xFF))
        .collect(Collectors.joining());
  }
}
