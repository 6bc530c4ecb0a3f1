package demofusion.worker.model.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
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

/**
 * One network in libtorch: a TorchScript module with the weights that were put into it. Calls may
 * run on several threads at once.
 */
public final class TorchNetwork implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;
  private final TorchDevice device;
  // On a CPU a float32 weight lies in the mapped file itself, so the mapping must live as long.
  private final Weights weights;

  private TorchNetwork(Model model, TorchDevice device, Weights weights) {
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
    String engine = Libtorch.engine().getEngineName();
    NativeShutdownGuard.get().enter();
    try {
      return loadInside(source, engine, attributes, device, weights);
    } finally {
      NativeShutdownGuard.get().leave();
    }
  }

  private static TorchNetwork loadInside(
      String source, String engine, Attributes attributes, TorchDevice device, Weights weights) {
    Model model = Model.newInstance(source, device.device(), engine);
    try {
      byte[] archive = TorchScriptArchive.of(source, attributes);
      ((PtModel) model).load(new ByteArrayInputStream(archive));
      TorchNetwork network = new TorchNetwork(model, device, weights);
      network.putWeights();
      return network;
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalStateException("libtorch does not read " + source, e);
    } catch (RuntimeException e) {
      model.close();
      throw TorchFailure.translate("loading " + source, e);
    }
  }

  /** The number of a type in TorchScript's source. */
  public static int scalarType(Precision precision) {
    return switch (precision) {
      case FLOAT16 -> 5;
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
          IValue value =
              IValue.from(
                  (PtNDArray)
                      manager.create(
                          aligned(weights.bytes(name), handedOver.getNumOfBytes()),
                          new Shape(weights.shape(name)),
                          handedOver));
          IValue isBfloat16 = IValue.from(type.equals("BF16"))) {
        IValueUtils.runMethod(block, "put", key, value, isBfloat16).close();
      }
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
