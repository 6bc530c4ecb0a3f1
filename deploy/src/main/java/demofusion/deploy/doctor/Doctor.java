package demofusion.deploy.doctor;

import com.sun.management.OperatingSystemMXBean;
import demofusion.deploy.doctor.GpuChecks.Gpu;
import demofusion.deploy.launch.Installation;
import demofusion.deploy.launch.LibtorchChoice;
import demofusion.deploy.model.ModelNeed;
import demofusion.protocol.model.ModelSource;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Goes through everything that a render needs of a machine. */
public final class Doctor {
  private static final long LEAST_DISK = SystemChecks.GIBIBYTE;

  private final Machine machine;

  public Doctor(Machine machine) {
    this.machine = machine;
  }

  /**
   * @param model whose weights memory must hold
   * @param folder where pictures would be written
   */
  public List<Check> examine(ModelSource model, Path folder) {
    return examine(model, folder, SteeringFiles.NONE);
  }

  /**
   * The same with what is to steer images beside the model.
   *
   * @param steering ControlNets and IP-Adapters that memory must hold too
   */
  public List<Check> examine(ModelSource model, Path folder, SteeringFiles steering) {
    List<Gpu> gpus = GpuChecks.gpus(machine);
    boolean onGpu = !gpus.isEmpty();
    ModelCheck modelCheck = ModelCheck.of(model);
    SteeringCheck steeringCheck = SteeringCheck.of(steering, modelCheck.model());
    ModelNeed need = modelCheck.need().plus(steeringCheck.parameters());
    Runtime runtime = Runtime.getRuntime();
    List<Check> checks = new ArrayList<>();
    checks.add(
        SystemChecks.java(
            Runtime.version(), System.getProperty("java.vendor", "?"), runtime.maxMemory()));
    checks.add(
        SystemChecks.processor(
            machine, System.getProperty("os.arch", "?"), runtime.availableProcessors()));
    checks.add(SystemChecks.memory(machine, totalMemory(), onGpu ? 0 : need.onCpuBytes()));
    checks.add(SystemChecks.disk(folder.toAbsolutePath(), LEAST_DISK));
    checks.add(GpuChecks.driver(machine, gpus));
    checks.addAll(
        GpuChecks.devices(gpus, need.onGpuBytes(), modelCheck.model(), steeringCheck.parameters()));
    checks.add(
        LibtorchCheck.of(
            LibtorchChoice.of(onGpu, Installation.nativeLibraries(), machine.environment())));
    checks.add(modelCheck.check());
    checks.addAll(steeringCheck.checks());
    return checks;
  }

  /** Of the machine, or of the container that we are in. */
  private static long totalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
