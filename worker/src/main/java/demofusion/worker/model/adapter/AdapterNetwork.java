package demofusion.worker.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.AdapterKind;
import demofusion.protocol.model.adapter.AdapterShape;
import demofusion.worker.model.folder.CrossAttentions;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An IP-Adapter's own layers on a device: its projection, or its keys and values. */
final class AdapterNetwork implements AutoCloseable {
  private static final String PROJECTION = "image_proj.";

  private final TorchNetwork network;
  private final AdapterKind kind;

  private AdapterNetwork(TorchNetwork network, AdapterKind kind) {
    this.network = network;
    this.kind = kind;
  }

  /** What makes tokens of an encoder's states. */
  static AdapterNetwork projection(AdapterFile file, TorchDevice device, Precision precision) {
    return load(file, new int[0], true, device, precision);
  }

  /**
   * What makes keys and values of tokens.
   *
   * @param places of the UNet that they are for, which the file must fit
   */
  static AdapterNetwork layers(
      AdapterFile file, CrossAttentions places, TorchDevice device, Precision precision) {
    return load(file, numbers(places), false, device, precision);
  }

  private static AdapterNetwork load(
      AdapterFile file,
      int[] numbers,
      boolean isProjection,
      TorchDevice device,
      Precision precision) {
    AdapterShape shape = file.shape();
    Attributes attributes =
        new Attributes("IpAdapter")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("tokens", shape.tokens())
            .integer("width", shape.contextWidth())
            .integer("depth", shape.depth())
            .integer("heads", shape.heads())
            .integers("numbers", numbers);
    Map<String, int[]> tensors = tensors(file, isProjection);
    return new AdapterNetwork(
        TorchNetwork.load(
            "ip_adapter.py",
            attributes,
            device,
            CheckedWeights.of("IP-Adapter", file.file(), tensors)),
        shape.kind());
  }

  /** The tensors of what makes tokens, by their names, with their shapes. */
  static Map<String, int[]> ofProjection(AdapterFile file) {
    return tensors(file, true);
  }

  private static Map<String, int[]> tensors(AdapterFile file, boolean ofProjection) {
    Map<String, int[]> tensors = new LinkedHashMap<>(file.shape().tensors());
    tensors.keySet().removeIf(name -> name.startsWith(PROJECTION) != ofProjection);
    return tensors;
  }

  /** The file's number of each cross-attention, in the order of computation. */
  private static int[] numbers(CrossAttentions places) {
    List<Integer> inFile = places.middleLast();
    int[] numbers = new int[inFile.size()];
    for (int layer = 0; layer < numbers.length; layer++) {
      numbers[inFile.get(layer)] = AdapterShape.number(layer);
    }
    return numbers;
  }

  /**
   * Whether a file has what a UNet asks for: as many layers, each as wide.
   *
   * @param contextWidth of the UNet
   * @throws DemofusionException BAD_MODEL, in one sentence, if it has not
   */
  static void requireFit(AdapterFile file, int contextWidth, CrossAttentions places) {
    file.requireContextWidth(contextWidth);
    List<Integer> widths = file.shape().layerWidths();
    if (widths.size() != places.size()) {
      throw DemofusionException.badModel(
          ("the IP-Adapter %s has %s layers, and this model %s cross-attentions: it was made for"
                  + " another")
              .formatted(file.file().path(), widths.size(), places.size()));
    }
    List<Integer> inFile = places.middleLast();
    for (int layer = 0; layer < widths.size(); layer++) {
      int wanted = places.inOrder().get(inFile.get(layer)).width();
      if (widths.get(layer) != wanted) {
        throw DemofusionException.badModel(
            ("the IP-Adapter %s has layer %s of width %s where this model has %s: it was made for"
                    + " another")
                .formatted(
                    file.file().path(), AdapterShape.number(layer), widths.get(layer), wanted));
      }
    }
  }

  /**
   * @param states what {@link ImageTower#read} gave
   * @return (1, tokens, width)
   */
  Tensor project(Tensor states) {
    try (TorchCall call = network.call(kind.name().toLowerCase(Locale.ROOT))) {
      return call.tensor(states).run();
    }
  }

  /**
   * @param tokens (rows, tokens, width)
   * @return of each cross-attention in the order of computation its keys and its values
   */
  DeviceTensors keysAndValues(Tensor tokens) {
    try (TorchCall call = network.call("keys_and_values")) {
      return call.tensor(tokens).runOnDevice();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
