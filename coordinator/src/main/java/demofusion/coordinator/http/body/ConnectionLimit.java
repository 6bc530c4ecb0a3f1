package demofusion.coordinator.http.body;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many connections a process has room for. Each is a file to the system, of which a process may
 * have only so many, and a piece of the heap: whoever opens connections, token or not, must never
 * leave too little of either for the jobs and for the links to the workers.
 *
 * @param handles files and connections that the process may have open at once
 * @param heapBytes that the heap may have
 */
record ConnectionLimit(long handles, long heapBytes) {
  /** For the program itself, some workers, and the files of jobs that are being drawn. */
  private static final long LEAST_HANDLES_KEPT = 256;

  /** More handles are for a larger farm, too. */
  private static final int HANDLES_KEPT_PART = 4;

  private static final int HEAP_PART = 2;

  /** Measured: 16 KiB of one that says nothing, 34 KiB of one that sends half a request. */
  private static final long PLAIN_BYTES = 24 << 10;

  /** Measured: 114 KiB, nearly all of it buffers for encryption, even before a first word. */
  private static final long ENCRYPTED_BYTES = 128 << 10;

  /** A page alone takes half a dozen. */
  private static final long LEAST_CONNECTIONS = 16;

  static ConnectionLimit ofThisProcess() {
    long handles =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : Long.MAX_VALUE;
    return new ConnectionLimit(handles, Runtime.getRuntime().maxMemory());
  }

  /**
   * The connections for which there is room.
   *
   * @param wanted as many, if there is
   */
  int connections(boolean areEncrypted, int wanted) {
    long kept = Math.max(handles / HANDLES_KEPT_PART, LEAST_HANDLES_KEPT);
    long inHeap = heapBytes / HEAP_PART / (areEncrypted ? ENCRYPTED_BYTES : PLAIN_BYTES);
    long room = Math.max(Math.min(handles - kept, inHeap), LEAST_CONNECTIONS);
    return (int) Math.min(room, wanted);
  }
}
