package demofusion.deploy.doctor;

import demofusion.worker.model.folder.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The NVIDIA driver and the GPUs behind it. Having none is no failure: the CPU works too. */
final class GpuChecks {
  private static final Pattern KERNEL_DRIVER =
      Pattern.compile("Kernel Module\\S*(?: for \\S+)?\\s+(\\S+)");
  private static final long MEBIBYTE = 1L << 20;
  private static final List<String> CUDA_LIBRARY_FOLDERS =
      List.of(
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/aarch64-linux-gnu",
          "usr/lib64",
          "usr/lib",
          "usr/local/nvidia/lib64",
          "usr/lib/wsl/lib");
  private static final List<String> QUERY =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,name,memory.total,memory.free,driver_version",
          "--format=csv,noheader,nounits");

  private GpuChecks() {}

  /** One GPU as nvidia-smi lists it. */
  record Gpu(String index, String name, long totalBytes, long freeBytes, String driver) {
    /** Reads one line of the query's answer; empty where it is none. */
    static Optional<Gpu> parse(String line) {
      String[] fields = line.split(",", -1);
      if (fields.length != 5) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Gpu(
                fields[0].strip(),
                fields[1].strip(),
                Long.parseLong(fields[2].strip()) * MEBIBYTE,
                Long.parseLong(fields[3].strip()) * MEBIBYTE,
                fields[4].strip()));
      } catch (NumberFormatException e) {
        return Optional.empty(); // "[N/A]" where a GPU is partitioned
      }
    }
  }

  static List<Gpu> gpus(Machine machine) {
    return machine
        .programs()
        .run(QUERY)
        .map(output -> output.lines().map(Gpu::parse).flatMap(Optional::stream).toList())
        .orElse(List.of());
  }

  static Check driver(Machine machine, List<Gpu> gpus) {
    Optional<String> kernel = machine.text("proc/driver/nvidia/version").map(GpuChecks::version);
    boolean library = hasCudaLibrary(machine);
    if (kernel.isEmpty() && gpus.isEmpty() && !library) {
      return Check.ok("driver", "no NVIDIA driver: images are rendered on the CPU");
    }
    String version = gpus.isEmpty() ? kernel.orElse("of unknown version") : gpus.get(0).driver();
    if (!library) {
      return Check.warn(
          "driver",
          "NVIDIA driver " + version + ", but no libcuda.so.1",
          "install the driver's CUDA library (in a container: enable the GPU capabilities"
              + " \"compute,utility\")");
    }
    return Check.ok("driver", "NVIDIA driver " + version);
  }

  /**
   * @param neededBytes of the model on a GPU, 0 where that is not known
   */
  static List<Check> devices(List<Gpu> gpus, long neededBytes) {
    return devices(gpus, neededBytes, Optional.empty());
  }

  /**
   * The same, with what can be done where a GPU has less than a model needs.
   *
   * @param model that would be loaded there; empty where it cannot be looked at
   */
  static List<Check> devices(List<Gpu> gpus, long neededBytes, Optional<Architecture> model) {
    return devices(gpus, neededBytes, model, 0);
  }

  /**
   * The same with networks beside the model.
   *
   * @param beside their weights, which {@code neededBytes} has in it
   */
  static List<Check> devices(
      List<Gpu> gpus, long neededBytes, Optional<Architecture> model, long beside) {
    List<Check> checks = new ArrayList<>();
    for (Gpu gpu : gpus) {
      String subject = "cuda:" + gpu.index();
      String finding =
          "%s, %s of %s free"
              .formatted(
                  gpu.name(),
                  SystemChecks.gib(gpu.freeBytes()),
                  SystemChecks.gib(gpu.totalBytes()));
      if (neededBytes > 0) {
        finding +=
            ", %s about %s"
                .formatted(
                    beside == 0 ? "the model needs" : "the model and the networks need",
                    SystemChecks.gib(neededBytes));
      }
      checks.add(
          gpu.freeBytes() >= neededBytes
              ? Check.ok(subject, finding)
              : tooSmall(subject, finding, gpu.freeBytes(), model, beside));
    }
    return checks;
  }

  private static Check tooSmall(
      String subject, String finding, long freeBytes, Optional<Architecture> model, long beside) {
    return model
        .map(there -> new SmallCards(there, beside).check(subject, finding, freeBytes))
        .orElseGet(
            () ->
                Check.warn(
                    subject,
                    finding,
                    "free GPU memory, use --vae with the fp16 fix, or use --device cpu"));
  }

  private static boolean hasCudaLibrary(Machine machine) {
    List<String> folders = new ArrayList<>(CUDA_LIBRARY_FOLDERS);
    machine
        .variable("LD_LIBRARY_PATH")
        .ifPresent(path -> folders.addAll(List.of(path.replace(":/", ":").split(":"))));
    return folders.stream()
        .map(folder -> folder.startsWith("/") ? folder.substring(1) : folder)
        .anyMatch(folder -> machine.exists(folder + "/libcuda.so.1"));
  }

  private static String version(String text) {
    Matcher matcher = KERNEL_DRIVER.matcher(text);
    return matcher.find() ? matcher.group(1) : "of unknown version";
  }
}
