package demofusion.worker.model.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that one network made and another takes, without leaving the device. Whoever has them
 * closes them.
 */
public final class DeviceTensors implements AutoCloseable {
  /** None at all; need not be closed. */
  public static final DeviceTensors NONE = new DeviceTensors(null, new PtNDArray[0]);

  private final @Nullable NDManager manager;
  private final PtNDArray[] arrays;

  private DeviceTensors(@Nullable NDManager manager, PtNDArray[] arrays) {
    this.manager = manager;
    this.arrays = arrays;
  }

  static DeviceTensors of(IValue list, Device device) {
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(device, Libtorch.ENGINE);
    return new DeviceTensors(manager, list.toTensorArray(manager));
  }

  /** All of several, one behind the other; whoever has those closes them, not these. */
  public static DeviceTensors joined(List<DeviceTensors> several) {
    return several.size() == 1 ? several.get(0) : new DeviceTensors(null, arrays(several));
  }

  private static PtNDArray[] arrays(List<DeviceTensors> several) {
    return several.stream().flatMap(each -> Arrays.stream(each.arrays)).toArray(PtNDArray[]::new);
  }

  PtNDArray[] arrays() {
    return arrays;
  }

  /** How many there are. */
  public int size() {
    return arrays.length;
  }

  /** Copies of them in the heap. */
  public List<Tensor> toHeap() {
    NativeShutdownGuard.get().enter();
    try {
      return Arrays.stream(arrays).map(DeviceTensors::toHeap).toList();
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }

  private static Tensor toHeap(PtNDArray array) {
    try (NDArray wide = array.toType(DataType.FLOAT32, true)) {
      int[] shape = Arrays.stream(wide.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
      return new Tensor(shape, wide.toFloatArray());
    }
  }

  @Override
  public void close() {
    if (manager != null && NativeShutdownGuard.get().entersToFree()) {
      try {
        manager.close();
      } finally {
        NativeShutdownGuard.get().leave();
      }
    }
  }
}
