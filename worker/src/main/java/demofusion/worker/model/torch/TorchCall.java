package demofusion.worker.model.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One call of a network's method: arguments in order, then run once. Everything that lives outside
 * the heap is freed when the call is closed.
 */
public final class TorchCall implements AutoCloseable {
  private final PtSymbolBlock block;
  private final String method;
  private final PtNDManager manager;
  private final List<IValue> arguments = new ArrayList<>();
  private final List<IValue> results = new ArrayList<>();

  TorchCall(PtSymbolBlock block, String method, Device device) {
    this.block = block;
    this.method = method;
    this.manager = (PtNDManager) NDManager.newBaseManager(device, Libtorch.ENGINE);
    NativeShutdownGuard.get().enter(); // last: what is not made is never closed
  }

  public TorchCall tensor(Tensor tensor) {
    return tensor(tensor.values(), tensor.shape());
  }

  public TorchCall tensor(float[] values, int... shape) {
    arguments.add(IValue.from(array(values, shape)));
    return this;
  }

  public TorchCall ids(long[] values, int... shape) {
    arguments.add(IValue.from((PtNDArray) manager.create(values, shape(shape))));
    return this;
  }

  public TorchCall number(double value) {
    arguments.add(IValue.from(value));
    return this;
  }

  public TorchCall integer(long value) {
    arguments.add(IValue.from(value));
    return this;
  }

  public TorchCall flag(boolean value) {
    arguments.add(IValue.from(value));
    return this;
  }

  public TorchCall tensors(List<String> names, List<Tensor> tensors) {
    Map<String, PtNDArray> map = new LinkedHashMap<>();
    for (int n = 0; n < names.size(); n++) {
      map.put(names.get(n), array(tensors.get(n).values(), tensors.get(n).shape()));
    }
    arguments.add(IValue.stringMapFrom(map));
    return this;
  }

  /** Tensors that are on the device already. */
  public TorchCall list(DeviceTensors tensors) {
    arguments.add(IValue.listFrom(tensors.arrays()));
    return this;
  }

  public TorchCall integers(long... values) {
    arguments.add(IValue.listFrom(values));
    return this;
  }

  public TorchCall numbers(double... values) {
    arguments.add(IValue.listFrom(values));
    return this;
  }

  /** Runs a method that answers a list of tensors, which stay on the device. */
  public DeviceTensors runOnDevice() {
    return DeviceTensors.of(runRaw(), manager.getDevice());
  }

  /** Runs a method that answers one tensor. */
  public Tensor run() {
    return read(runRaw());
  }

  /** Runs a method that answers a tuple of tensors. */
  public List<Tensor> runForTuple() {
    List<Tensor> tensors = new ArrayList<>();
    for (IValue value : runRaw().toIValueTuple()) {
      results.add(value);
      tensors.add(read(value));
    }
    return tensors;
  }

  /** Runs a method that answers a dictionary of tensors, sorted by name. */
  public Map<String, Tensor> runForMap() {
    Map<String, Tensor> tensors = new TreeMap<>();
    runRaw()
        .toIValueMap()
        .forEach(
            (name, value) -> {
              results.add(value);
              tensors.put(name, read(value));
            });
    return tensors;
  }

  /** Runs a method that answers nothing. */
  public void runForNothing() {
    runRaw();
  }

  private IValue runRaw() {
    long began = System.nanoTime();
    try {
      IValue result = IValueUtils.runMethod(block, method, arguments.toArray(IValue[]::new));
      results.add(result);
      return result;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TorchFailure.translate(method, e);
    } finally {
      TorchClock.since(began);
    }
  }

  private Tensor read(IValue value) {
    Tensor tensor;
    long began = System.nanoTime(); // a GPU computes on until its result is asked for
    try {
      NDArray array = value.toTensor(manager);
      int[] shape = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
      tensor = new Tensor(shape, array.toFloatArray());
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TorchFailure.translate(method, e); // a GPU reports its failures when it is read
    } finally {
      TorchClock.since(began);
    }
    if (!tensor.isFinite()) {
      throw new DemofusionException(
          FailureCode.NOT_FINITE, "the model's " + method + " returned NaN or infinity");
    }
    return tensor;
  }

  private PtNDArray array(float[] values, int... shape) {
    try {
      return (PtNDArray) manager.create(values, shape(shape));
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TorchFailure.translate(method, e);
    }
  }

  private static Shape shape(int... sides) {
    return new Shape(Arrays.stream(sides).asLongStream().toArray());
  }

  @Override
  public void close() {
    try {
      arguments.forEach(IValue::close);
      results.forEach(IValue::close);
      manager.close();
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }
}
