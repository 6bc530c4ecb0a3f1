package demofusion.worker.model.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Weights;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One network in libtorch: a TorchScript module with the weights that were put into it. Calls may
 * run on several threads at once.
 */
public final class TorchNetwork implements AutoCloseable {
  private final Blueprint blueprint;
  private final Model model;
  private final PtSymbolBlock block;
  private final TorchDevice device;
  // On a CPU a float32 weight lies in the mapped file itself, so the mapping must live as long.
  private final Weights weights;

  /** The network without weights, as libtorch reads it. */
  private record Blueprint(String source, byte[] archive, List<Joined> joined) {}

  /**
   * Matrices that lie one below the other, for one product.
   *
   * @param name of what they are together
   * @param parts weights' names, in their order
   */
  public record Joined(String name, List<String> parts) {
    public Joined {
      parts = List.copyOf(parts);
    }
  }

  private TorchNetwork(Blueprint blueprint, Model model, TorchDevice device, Weights weights) {
    this.blueprint = blueprint;
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.device = device;
    this.weights = weights;
  }

  /**
   * @param source a resource of {@code torchscript/}
   */
  public static TorchNetwork load(
      String source, Attributes attributes, TorchDevice device, Weights weights) {
    return load(source, attributes, device, weights, List.of());
  }

  /**
   * @param joined what the network's method {@code join} lays together
   */
  public static TorchNetwork load(
      String source,
      Attributes attributes,
      TorchDevice device,
      Weights weights,
      List<Joined> joined) {
    Blueprint blueprint =
        new Blueprint(source, TorchScriptArchive.of(source, attributes), List.copyOf(joined));
    return build(blueprint, device, weights, TorchNetwork::putWeights);
  }

  /**
   * The same network with some weights made anew. It shares all others, so it takes no more memory
   * than those; closing either leaves the other as it is.
   *
   * @param made a weight's values in float32, by its name
   */
  public TorchNetwork with(Set<String> names, Function<String, float[]> made) {
    return build(blueprint, device, weights, other -> other.putMade(this, names, made));
  }

  private static TorchNetwork build(
      Blueprint blueprint, TorchDevice device, Weights weights, Consumer<TorchNetwork> fill) {
    String source = blueprint.source();
    String engine = Libtorch.engine().getEngineName();
    NativeShutdownGuard.get().enter();
    try {
      Model model = Model.newInstance(source, device.device(), engine);
      try {
        ((PtModel) model).load(new ByteArrayInputStream(blueprint.archive()));
        TorchNetwork network = new TorchNetwork(blueprint, model, device, weights);
        fill.accept(network);
        return network;
      } catch (IOException | MalformedModelException e) {
        model.close();
        throw new IllegalStateException("libtorch does not read " + source, e);
      } catch (RuntimeException | OutOfMemoryError e) {
        model.close();
        throw TorchFailure.translate("loading " + source, e);
      }
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }

  /** The number of a type in TorchScript's source. */
  public static int scalarType(Precision precision) {
    return switch (precision) {
      case FLOAT16, FLOAT16_FAST_ACCUMULATION -> 5;
      case FLOAT32 -> 6;
      case BFLOAT16 -> 15;
    };
  }

  public TorchCall call(String method) {
    return new TorchCall(block, method, device.device());
  }

  private void putWeights() {
    TorchThread.prepare(Runtime.getRuntime().availableProcessors());
    for (String name : weights.layout().shapes().keySet()) {
      String type = weights.type(name);
      // DJL knows no bfloat16; float16 has the same size, and the network reinterprets it
      DataType handedOver = type.equals("F32") ? DataType.FLOAT32 : DataType.FLOAT16;
      try (NDManager manager = NDManager.newBaseManager(device.device(), Libtorch.ENGINE);
          IValue key = IValue.from(name);
          IValue value = IValue.from(handedOver(manager, name, handedOver));
          IValue isBfloat16 = IValue.from(type.equals("BF16"))) {
        IValueUtils.runMethod(block, "put", key, value, isBfloat16).close();
      }
    }
    blueprint.joined().forEach(this::join);
  }

  private void join(Joined joined) {
    IValue[] names = joined.parts().stream().map(IValue::from).toArray(IValue[]::new);
    try (IValue name = IValue.from(joined.name());
        IValue parts = IValue.listFrom(names)) {
      IValueUtils.runMethod(block, "join", name, parts).close();
    } finally {
      Arrays.stream(names).forEach(IValue::close);
    }
  }

  /**
   * What is no part of the file lives no longer than its buffer, so libtorch gets a copy of its
   * own: it keeps what needs no conversion as it is.
   */
  private PtNDArray handedOver(NDManager manager, String name, DataType type) {
    ByteBuffer bytes = aligned(weights.bytes(name), type.getNumOfBytes());
    NDArray array = manager.create(bytes, new Shape(weights.shape(name)), type);
    boolean isInFile = bytes.isReadOnly();
    return (PtNDArray) (isInFile ? array : array.duplicate());
  }

  private void putMade(TorchNetwork base, Set<String> names, Function<String, float[]> made) {
    TorchThread.prepare(1);
    for (String name : weights.layout().shapes().keySet()) {
      if (!names.contains(name)) {
        share(base, name);
      }
    }
    ByteBuffer room = ByteBuffer.allocateDirect(0);
    for (String name : names) {
      float[] values = made.apply(name);
      int length = Math.multiplyExact(values.length, Float.BYTES);
      if (room.capacity() < length) {
        room = ByteBuffer.allocateDirect(length);
      }
      ByteBuffer bytes = room.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      try (NDManager manager = NDManager.newBaseManager(device.device(), Libtorch.ENGINE);
          IValue key = IValue.from(name);
          IValue value =
              IValue.from(
                  (PtNDArray)
                      manager.create(bytes, new Shape(weights.shape(name)), DataType.FLOAT32))) {
        IValueUtils.runMethod(block, "replace", key, value).close();
      }
    }
    for (Joined joined : blueprint.joined()) {
      if (Collections.disjoint(joined.parts(), names)) {
        share(base, joined.name());
      } else {
        join(joined);
      }
    }
  }

  private void share(TorchNetwork base, String name) {
    try (IValue key = IValue.from(name);
        IValue shared = IValueUtils.runMethod(base.block, "weight", key)) {
      IValueUtils.runMethod(block, "share", key, shared).close();
    }
  }

  /** A file need not have its tensors at addresses that a processor likes. */
  private static ByteBuffer aligned(ByteBuffer bytes, int unit) {
    if (bytes.isDirect() && bytes.alignmentOffset(0, unit) == 0) {
      return bytes;
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return copy.put(bytes.duplicate()).flip();
  }

  @Override
  public void close() {
    model.close();
  }
}
