package demofusion.deploy.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.doctor.Check.Verdict;
import demofusion.deploy.doctor.GpuChecks.Gpu;
import demofusion.deploy.launch.LibtorchChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final long GIB = 1L << 30;

  @TempDir Path root;

  @Test
  void isContent_withoutAnyGpu() {
    Machine machine = machine(Map.of());

    assertThat(GpuChecks.driver(machine, GpuChecks.gpus(machine)).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void listsGpus_andWarnsWhereTheModelDoesNotFit() {
    Machine machine =
        new Machine(
            root,
            Map.of(),
            command ->
                Optional.of(
                    """
                    0, NVIDIA H100 80GB HBM3, 81559, 81000, 570.86
                    1, NVIDIA T400, 2048, 1900, 570.86
                    2, partitioned, [N/A], [N/A], 570.86
                    """));

    List<Gpu> gpus = GpuChecks.gpus(machine);
    List<Check> checks = GpuChecks.devices(gpus, 8 * GIB);

    assertThat(checks).extracting(Check::subject).containsExactly("cuda:0", "cuda:1");
    assertThat(checks).extracting(Check::verdict).containsExactly(Verdict.OK, Verdict.WARN);
    assertThat(checks.get(1).finding()).contains("1.9 GiB of 2.0 GiB", "needs about 8.0 GiB");
  }

  @Test
  void warns_whenTheDriverHasNoCudaLibrary() throws IOException {
    write(
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue\n");
    Machine machine = machine(Map.of());

    Check check = GpuChecks.driver(machine, List.of());

    assertThat(check.verdict()).isEqualTo(Verdict.WARN);
    assertThat(check.finding()).contains("550.54.15", "no libcuda.so.1");
  }

  @Test
  void findsTheCudaLibrary_onTheLibraryPath() throws IOException {
    write("proc/driver/nvidia/version", "NVRM version: Kernel Module  550.54.15  Tue\n");
    write("opt/cuda/libcuda.so.1", "");
    Machine machine = machine(Map.of("LD_LIBRARY_PATH", "/elsewhere:/opt/cuda"));

    assertThat(GpuChecks.driver(machine, List.of()).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void warns_whenTheProcessorHasNoAvx2() throws IOException {
    write("proc/cpuinfo", "model name\t: Old One\nflags\t\t: fpu sse2 avx\n");

    Check check = SystemChecks.processor(machine(Map.of()), "amd64", 4);

    assertThat(check.verdict()).isEqualTo(Verdict.WARN);
    assertThat(check.finding()).isEqualTo("Old One, 4 cores, no AVX2");
  }

  @Test
  void warns_whenTheModelNeedsMoreMemoryThanThereIs() throws IOException {
    write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable:    4194304 kB\n");

    Check check = SystemChecks.memory(machine(Map.of()), 16 * GIB, 12 * GIB);

    assertThat(check.verdict()).isEqualTo(Verdict.WARN);
    assertThat(check.finding())
        .isEqualTo("4.0 GiB of 16.0 GiB free, the model needs about 12.0 GiB");
  }

  @Test
  void fails_whenPytorchLibraryPathNamesNoLibtorch() {
    Map<String, String> environment = Map.of("PYTORCH_LIBRARY_PATH", root.toString());

    Check check = LibtorchCheck.of(LibtorchChoice.of(false, Optional.of(root), environment));

    assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(check.advice()).contains("or unset it");
  }

  @Test
  void takesTheShippedLibtorch_onlyForTheCpu() {
    assertThat(LibtorchChoice.of(false, Optional.of(root), Map.of()).folder()).isEqualTo(root);
    assertThat(LibtorchChoice.of(true, Optional.of(root), Map.of()).folder()).isNull();
  }

  @Test
  void fails_onAnOldJava() {
    Check check = SystemChecks.java(Runtime.Version.parse("11.0.2"), "someone", GIB);

    assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
  }

  private Machine machine(Map<String, String> environment) {
    return new Machine(root, environment, command -> Optional.empty());
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
