package demofusion.worker.nvml;

import com.sun.jna.Memory;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * Which card a number of CUDA's is. CUDA numbers what CUDA_VISIBLE_DEVICES shows it, the fastest
 * first unless CUDA_DEVICE_ORDER says otherwise, and parts of a partitioned card like whole ones;
 * NVML numbers all cards by their places on the bus. Only the place itself means the same to both.
 *
 * @param place on the bus, as 0000:3b:00.0
 * @param name of its kind, with the size of the part where the card is partitioned
 * @param uuid of the card, or of the part that is used; empty where a driver is too old to tell
 */
record CudaDevice(String place, String name, Optional<UUID> uuid) {
  private static final int TEXT = 96;
  private static final int UUID_BYTES = 16;

  static Optional<CudaDevice> of(DriverLibrary cuda, int number) {
    IntByReference device = new IntByReference();
    Memory place = text();
    Memory name = text();
    boolean told =
        cuda.does("cuInit", 0)
            && cuda.does("cuDeviceGet", device, number)
            && cuda.does("cuDeviceGetPCIBusId", place, TEXT, device.getValue())
            && cuda.does("cuDeviceGetName", name, TEXT, device.getValue());
    return told
        ? Optional.of(
            new CudaDevice(place.getString(0), name.getString(0), uuid(cuda, device.getValue())))
        : Optional.empty();
  }

  private static Optional<UUID> uuid(DriverLibrary cuda, int device) {
    Memory bytes = text();
    if (!cuda.does("cuDeviceGetUuid_v2", bytes, device)) {
      return Optional.empty();
    }
    ByteBuffer uuid = ByteBuffer.wrap(bytes.getByteArray(0, UUID_BYTES)); // in the order of print
    return Optional.of(new UUID(uuid.getLong(), uuid.getLong()));
  }

  private static Memory text() {
    Memory text = new Memory(TEXT);
    text.clear();
    return text;
  }
}
