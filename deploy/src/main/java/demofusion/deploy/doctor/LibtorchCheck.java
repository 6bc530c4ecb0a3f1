package demofusion.deploy.doctor;

import demofusion.deploy.launch.LibtorchChoice;
import java.nio.file.Path;

/** Which libtorch a render would load. */
final class LibtorchCheck {
  private static final String SUBJECT = "libtorch";

  private LibtorchCheck() {}

  static Check of(LibtorchChoice choice) {
    Path folder = choice.folder();
    if (folder == null) {
      return Check.ok(
          SUBJECT,
          "the default for this device: from the cache ($DJL_CACHE_DIR, else ~/.djl.ai),"
              + " downloaded on first use");
    }
    if (choice.source() == LibtorchChoice.Source.SHIPPED) {
      return Check.ok(SUBJECT, "the bundled CPU version, in " + folder);
    }
    return choice.isThere()
        ? Check.ok(SUBJECT, "PYTORCH_LIBRARY_PATH, " + folder)
        : Check.fail(
            SUBJECT,
            "PYTORCH_LIBRARY_PATH is " + folder + ", which contains no libtorch",
            "point it at the lib folder of the libtorch version that demofusion was built for, or"
                + " unset it");
  }
}
