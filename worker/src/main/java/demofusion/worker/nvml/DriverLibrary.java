package demofusion.worker.nvml;

import com.sun.jna.NativeLibrary;
import java.util.Optional;

/**
 * A C library of the driver's, called by name. All functions of both answer 0 when all went well; a
 * function that this driver's version has not is as one that failed.
 */
final class DriverLibrary {
  private static final int SUCCESS = 0;

  private final NativeLibrary library;

  private DriverLibrary(NativeLibrary library) {
    this.library = library;
  }

  /**
   * @param name as the loader finds it, or a path; empty where there is none
   */
  static Optional<DriverLibrary> open(String name) {
    try {
      return Optional.of(new DriverLibrary(NativeLibrary.getInstance(name)));
    } catch (LinkageError e) { // no such library, or none of JNA's own for this machine
      return Optional.empty();
    }
  }

  boolean does(String function, Object... arguments) {
    try {
      return library.getFunction(function).invokeInt(arguments) == SUCCESS;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
