package demofusion.worker.model.torch;

import ai.djl.Device;
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
import ai.djl.pytorch.jni.JniUtils;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Weights;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One network in libtorch: a TorchScript module with the weights that were put into it. Calls may
 * run on several threads at once.
 */
public final class TorchNetwork implements AutoCloseable {
  /** Half precision, as TorchScript numbers it. */
  static final int FLOAT16 = 5;

  private static final String WEIGHT = ".weight";

  private final Blueprint blueprint;
  private final Model model;
  private final PtSymbolBlock block;
  private final TorchDevice device;
  // On a CPU a float32 weight lies in the mapped file itself, so the mapping must live as long.
  private final Weights weights;
  private final Consumer<TorchNetwork> fill;
  private final List<TorchNetwork> sharers = new ArrayList<>();
  private boolean isHere;
  private boolean hasStored;
  private @Nullable TorchNetwork sharesOf;

  /** The network without weights, as libtorch reads it, and where they are to lie. */
  private record Blueprint(
      String source, byte[] archive, List<Joined> joined, Placement placement) {}

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

  private TorchNetwork(
      Blueprint blueprint,
      Model model,
      TorchDevice device,
      Weights weights,
      Consumer<TorchNetwork> fill) {
    this.blueprint = blueprint;
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.device = device;
    this.weights = weights;
    this.fill = fill;
  }

  /**
   * @param source a resource of {@code torchscript/}
   */
  public static TorchNetwork load(
      String source, Attributes attributes, TorchDevice device, Weights weights) {
    return load(source, attributes, device, weights, List.of(), Placement.ALL_HERE);
  }

  /**
   * The same, with its weights where they are to lie.
   *
   * @param source a resource of {@code torchscript/}
   * @param joined what the network's method {@code join} lays together, where it lies on the device
   */
  public static TorchNetwork load(
      String source,
      Attributes attributes,
      TorchDevice device,
      Weights weights,
      List<Joined> joined,
      Placement placement) {
    Blueprint blueprint =
        new Blueprint(
            source, TorchScriptArchive.of(source, attributes), List.copyOf(joined), placement);
    return build(blueprint, device, weights, TorchNetwork::putWeights);
  }

  /**
   * The same network with some weights made anew. It shares all others, so it takes no more memory
   * than those; closing either leaves the other as it is. Where it comes and goes, the other does.
   *
   * @param made a weight's values in float32, by its name
   */
  public TorchNetwork with(Set<String> names, Function<String, float[]> made) {
    return build(blueprint, device, weights, other -> other.fillBeside(this, names, made));
  }

  /**
   * Puts its weights on the device, unless they are there.
   *
   * @return whether they came
   * @throws demofusion.protocol.DemofusionException OUT_OF_MEMORY if they find no room; nothing of
   *     them is there then
   */
  public synchronized boolean come() {
    if (isHere) {
      return false;
    }
    NativeShutdownGuard.get().enter();
    try {
      TorchThread.during(Runtime.getRuntime().availableProcessors(), this::filled);
      isHere = true;
      return true;
    } catch (RuntimeException | OutOfMemoryError e) {
      leaveDevice();
      throw TorchFailure.translate("loading " + blueprint.source(), e);
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }

  private TorchNetwork filled() {
    fill.accept(this);
    return this;
  }

  /** Whether its weights are on the device. */
  public synchronized boolean isHere() {
    return isHere;
  }

  /** Gives its room on the device back, and that of all who share its weights. */
  public synchronized void leave() {
    List<TorchNetwork> others;
    synchronized (sharers) {
      others = List.copyOf(sharers);
    }
    others.forEach(TorchNetwork::leave);
    if (isHere) {
      isHere = false;
      leaveDevice();
    }
  }

  private void leaveDevice() {
    NativeShutdownGuard.get().enter();
    try {
      IValueUtils.runMethod(block, "leave").close();
      if (device.isGpu()) {
        JniUtils.emptyCudaCache(); // or what comes next would find it in pieces of the wrong sizes
      }
    } finally {
      NativeShutdownGuard.get().leave();
    }
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
        TorchNetwork network = new TorchNetwork(blueprint, model, device, weights, fill);
        if (!blueprint.placement().waits()) {
          network.come();
        }
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
      case FLOAT16, FLOAT16_FAST_ACCUMULATION, FLOAT16_FLOAT8 -> FLOAT16;
      case FLOAT32 -> 6;
      case BFLOAT16 -> 15;
    };
  }

  public TorchCall call(String method) {
    return new TorchCall(block, method, device.device());
  }

  private void putWeights() {
    for (String name : weights.layout().shapes().keySet()) {
      boolean isStored = isStored(name);
      boolean inHost = blueprint.placement().inHost().contains(name);
      if (isStored && inHost && hasStored) {
        continue; // it never left
      }
      if (isStored && hasStored && blueprint.placement().keepsEightBits()) {
        bringBack(name);
        continue;
      }
      String type = weights.type(name);
      // DJL knows no bfloat16; float16 has the same size, and the network reinterprets it
      DataType handedOver = type.equals("F32") ? DataType.FLOAT32 : DataType.FLOAT16;
      Device first = isStored ? Device.cpu() : device.device();
      try (NDManager manager = NDManager.newBaseManager(first, Libtorch.ENGINE);
          IValue value = IValue.from(handedOver(manager, name, handedOver));
          IValue isBfloat16 = IValue.from(type.equals("BF16"))) {
        if (isStored) {
          store(name, value, isBfloat16, false, inHost);
        } else {
          try (IValue key = IValue.from(name)) {
            IValueUtils.runMethod(block, "put", key, value, isBfloat16).close();
          }
        }
      }
    }
    blueprint.joined().stream()
        .filter(joined -> joined.parts().stream().noneMatch(this::isStored))
        .forEach(this::join);
    hasStored = true;
  }

  /** Whether a weight does not lie on the device ready for use. */
  private boolean isStored(String name) {
    Placement placement = blueprint.placement();
    return placement.inHost().contains(name) || (placement.float8() && isMatrix(name));
  }

  private boolean isMatrix(String name) {
    return weights.shape(name).length > 1;
  }

  /**
   * @param value in host memory
   */
  private void store(String name, IValue value, IValue isBfloat16, boolean isMade, boolean inHost) {
    try (NDManager manager = NDManager.newBaseManager(device.device(), Libtorch.ENGINE);
        IValue key = IValue.from(layer(name));
        IValue made = IValue.from(isMade);
        IValue at = IValue.from((PtNDArray) manager.zeros(new Shape(1)));
        IValue host = IValue.from(inHost);
        IValue float8 = IValue.from(blueprint.placement().float8());
        IValue leaves = IValue.from(!inHost && blueprint.placement().keepsEightBits())) {
      IValueUtils.runMethod(block, "store", key, value, isBfloat16, made, at, host, float8, leaves)
          .close();
    }
  }

  /** What was stored in eight bits is not rounded again. */
  private void bringBack(String name) {
    try (NDManager manager = NDManager.newBaseManager(device.device(), Libtorch.ENGINE);
        IValue key = IValue.from(layer(name));
        IValue at = IValue.from((PtNDArray) manager.zeros(new Shape(1)))) {
      IValueUtils.runMethod(block, "back", key, at).close();
    }
  }

  /** Of a matrix, by its name. */
  private static String layer(String matrix) {
    return matrix.substring(0, matrix.length() - WEIGHT.length());
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

  /** All of another's but what is made, which is made once and then stays in host memory. */
  private void fillBeside(TorchNetwork base, Set<String> names, Function<String, float[]> made) {
    base.come();
    for (String name : weights.layout().shapes().keySet()) {
      if (!names.contains(name)) {
        if (!isStored(name)) {
          share(base, name);
        } else {
          share(base, layer(name) + ".stored");
          if (blueprint.placement().float8()) {
            share(base, layer(name) + ".scale");
          }
        }
      }
    }
    if (!hasStored) {
      putMade(names, made);
    }
    hasStored = true;
    for (Joined joined : blueprint.joined()) {
      if (joined.parts().stream().anyMatch(this::isStored)) {
        continue;
      }
      if (Collections.disjoint(joined.parts(), names)) {
        share(base, joined.name());
      } else if (!blueprint.placement().madeInHost()) {
        join(joined);
      }
    }
    synchronized (base.sharers) {
      if (!base.sharers.contains(this)) {
        base.sharers.add(this);
        sharesOf = base;
      }
    }
  }

  private void putMade(Set<String> names, Function<String, float[]> made) {
    Placement placement = blueprint.placement();
    ByteBuffer room = ByteBuffer.allocateDirect(0);
    for (String name : names) {
      float[] values = made.apply(name);
      int length = Math.multiplyExact(values.length, Float.BYTES);
      if (room.capacity() < length) {
        room = ByteBuffer.allocateDirect(length);
      }
      ByteBuffer bytes = room.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      boolean isStored = isMatrix(name) && (placement.madeInHost() || placement.float8());
      Device first = isStored ? Device.cpu() : device.device();
      try (NDManager manager = NDManager.newBaseManager(first, Libtorch.ENGINE);
          IValue key = IValue.from(name);
          IValue isBfloat16 = IValue.from(false);
          IValue value =
              IValue.from(
                  (PtNDArray)
                      manager.create(bytes, new Shape(weights.shape(name)), DataType.FLOAT32))) {
        if (isStored) {
          store(name, value, isBfloat16, true, placement.madeInHost());
        } else {
          IValueUtils.runMethod(block, "replace", key, value).close();
          if (placement.waits()) {
            keep(name);
          }
        }
      }
    }
  }

  private void share(TorchNetwork base, String name) {
    try (IValue key = IValue.from(name);
        IValue shared = IValueUtils.runMethod(base.block, "weight", key)) {
      IValueUtils.runMethod(block, "share", key, shared).close();
    }
  }

  /** What is made anew and small stays where it is when the others leave. */
  private void keep(String name) {
    try (IValue key = IValue.from(name);
        IValue mark = IValue.from(name + ".kept");
        IValue value = IValueUtils.runMethod(block, "weight", key)) {
      IValueUtils.runMethod(block, "share", mark, value).close();
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
    TorchNetwork base = sharesOf;
    if (base != null) {
      synchronized (base.sharers) {
        base.sharers.remove(this);
      }
    }
    model.close();
  }
}
