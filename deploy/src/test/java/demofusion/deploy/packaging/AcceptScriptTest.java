package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that proves a card, with a program that only says what it was asked. */
class AcceptScriptTest {
  private static final String PROGRAM =
      """
      #!/bin/sh
      case $1 in
        --version) echo demofusion 1.2.3 ;;
        doctor) echo 'all well' ;;
        plan) shift; echo "planned with $*" ;;
        selftest)
          shift
          echo "asked: $*; $DEMOFUSION_JAVA_OPTS" >&2
          echo "torch: ${PYTORCH_LIBRARY_PATH:-none} ${PYTORCH_FLAVOR:-}, Java: ${JAVA_HOME:-}" >&2
          [ "${CODE:-0}" -eq 2 ] || echo '{"device":"'${DEVICE:-cuda:0}'","findings":[{"check":"unet","subject":"batch 2","verdict":"pass",\
      "sentence":"it \\"is\\" so","measured":null},{"check":"vae","subject":"tile","verdict":"fail",\
      "sentence":"too far","measured":1.0}]}'
          exit "${CODE:-0}"
          ;;
      esac
      """;

  @TempDir Path folder;

  private Path program;
  private Path out;

  @BeforeEach
  void unpack() throws IOException {
    program = Files.createDirectories(folder.resolve("demofusion-1.2.3"));
    out = folder.resolve("out");
    executable(program.resolve("bin/demofusion"), PROGRAM);
  }

  @ParameterizedTest
  @CsvSource({"0, everything passed", "1, something failed", "2, could not be run"})
  void bringsEverythingBack_andExitsAsTheTestDid(int code, String result) throws Exception {
    String said = run(code, Map.of("CODE", Integer.toString(code)), "--quick", "--device", "cpu");

    assertThat(said).contains(result);
    assertThat(read("result.txt")).contains("exit code " + code, result);
    assertThat(read("selftest.log")).contains("asked: --json --quick --device cpu");
    assertThat(read("versions.txt")).contains("demofusion 1.2.3", "Linux");
    assertThat(read("doctor.txt")).contains("all well");
    assertThat(out.resolve("nvidia-smi.txt")).exists();
    if (code < 2) {
      assertThat(read("plan.txt")).contains("--calibration " + out.resolve("report.json"));
      assertThat(read("table.txt").lines())
          .containsExactly(
              "pass  unet         batch 2                      it \\\"is\\\" so",
              "fail  vae          tile                         too far");
    } else {
      assertThat(out.resolve("report.json")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuda:0, '', --model sdxl-base",
    "cuda:0, --model=own, --model=own",
    "cuda:0, --threads 2 --model own --vae fix --precision float16, --model own --vae fix",
    "cpu, '', ''",
    "cpu, --model own, --model own"
  })
  void plansWithTheModelThatWasMeasured(String device, String options, String wanted)
      throws Exception {
    run(0, Map.of("DEVICE", device), options.isEmpty() ? new String[0] : options.split(" ", -1));

    String planned = "planned with --size 4096x4096 --calibration " + out.resolve("report.json");
    assertThat(read("plan.txt").strip()).isEqualTo((planned + " " + wanted).strip());
  }

  @Test
  void unpacksATarball_andLeavesNothingOfIt() throws Exception {
    Path tarball = folder.resolve("program.tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar", "-czf", tarball.toString(), "-C", folder.toString(), "demofusion-1.2.3")
            .start();
    assertThat(tar.waitFor()).isZero();
    program = tarball;

    run(0, Map.of());

    assertThat(read("versions.txt")).contains("demofusion 1.2.3");
    try (Stream<Path> scratch = Files.list(folder.resolve("scratch"))) {
      assertThat(scratch).isEmpty();
    }
  }

  @Test
  void takesAKit_withAPyTorchOfItsVersion() throws Exception {
    Path torch = kit("2.11.0");

    run(0, Map.of("TORCH_DIR", torch.toString()));

    assertThat(read("selftest.log"))
        .contains(
            "torch: " + torch.resolve("lib") + " venv",
            "Java: " + program.resolve("jre"),
            "-Djna.library.path=" + torch.resolveSibling("nvidia/cu13/lib"));
  }

  @Test
  void refusesAKit_forAnotherPyTorch() throws Exception {
    Path torch = kit("2.12.1");

    assertThat(run(2, Map.of("TORCH_DIR", torch.toString())))
        .contains("the kit was built for PyTorch 2.11.0, and 2.12.1 is in " + torch);
  }

  @Test
  void overwritesNothing() throws Exception {
    Files.createDirectory(out);

    assertThat(run(2, Map.of())).contains("is there already");
  }

  @Test
  void satisfiesShellcheck() throws Exception {
    Process shellcheck;
    try {
      shellcheck =
          new ProcessBuilder("shellcheck", "gpu/accept.sh").redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "shellcheck is not installed");
      return;
    }
    assertThat(said(shellcheck)).isEmpty();
    assertThat(shellcheck.waitFor()).isZero();
  }

  /** A kit's folders in the program's, and a PyTorch: its folder. */
  private Path kit(String found) throws IOException {
    Path cache = program.resolve("djl/pytorch/2.11.0-venv-linux-x86_64");
    Files.createDirectories(cache);
    Files.createFile(cache.resolve("0.35.1-libdjl_torch.so"));
    executable(program.resolve("jre/bin/java"), "#!/bin/sh\n");
    Path site = folder.resolve("site");
    Files.createDirectories(site.resolve("nvidia/cu13/lib"));
    Files.createFile(site.resolve("nvidia/cu13/lib/libcudart.so.13"));
    Path torch = Files.createDirectories(site.resolve("torch"));
    Files.writeString(torch.resolve("version.py"), "__version__ = '" + found + "+cu130'\n");
    return torch;
  }

  private String run(int wanted, Map<String, String> environment, String... options)
      throws Exception {
    List<String> line = new ArrayList<>(List.of("sh", "gpu/accept.sh"));
    line.addAll(List.of("--from", program.toString(), "--out", out.toString()));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("PYTORCH_LIBRARY_PATH", "DEMOFUSION_MODEL"));
    builder
        .environment()
        .put("TMPDIR", Files.createDirectories(folder.resolve("scratch")).toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = said(process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(wanted);
    return said;
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String read(String name) throws IOException {
    return Files.readString(out.resolve(name));
  }

  private static void executable(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
