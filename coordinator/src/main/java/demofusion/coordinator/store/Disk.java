package demofusion.coordinator.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room there is; asked on threads that may wait for a disk. */
@FunctionalInterface
public interface Disk {
  /** The one that the folder lies on. */
  Disk REAL = folder -> Files.getFileStore(folder).getUsableSpace();

  /** Bytes that can still be written below a folder. */
  long usableBytes(Path folder) throws IOException;
}
