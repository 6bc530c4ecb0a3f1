package demofusion.worker.model.control;

import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.model.control.ControlShape;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.FiniteValues;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The checked weights of a ControlNet, all of them finite, and the half of a UNet that it is.
 *
 * @param config heads, groups, epsilon and the like are those of the UNet that it stands beside,
 *     since a ControlNet is a copy of its first half and a file does not say them
 */
public record ControlWeights(ControlShape shape, UnetConfig config, Weights weights) {
  /**
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if it is no
   *     ControlNet, a damaged one, or one of another model
   */
  public static ControlWeights open(Path path, UnetConfig unet) {
    ControlFile file = ControlFile.open(path);
    file.requireFit(unet.shape());
    file.tensors().values().stream()
        .map(ControlFile.Tensor::file)
        .distinct()
        .forEach(each -> FiniteValues.require("the ControlNet " + each.path(), each));
    TensorSet.Builder tensors = new TensorSet.Builder("ControlNet");
    file.tensors()
        .forEach((name, tensor) -> tensors.add(name, TensorView.of(tensor.file(), tensor.entry())));
    ControlShape shape = file.shape();
    return new ControlWeights(
        shape,
        config(shape, unet),
        Weights.of(tensors.build(file.files(), ""), Layout.of(shape.tensors())));
  }

  private static UnetConfig config(ControlShape shape, UnetConfig unet) {
    List<UnetConfig.Block> down = new ArrayList<>();
    for (int n = 0; n < shape.levels().size(); n++) {
      ControlShape.Level level = shape.levels().get(n);
      down.add(new UnetConfig.Block(level.width(), level.depths(), unet.down().get(n).heads()));
    }
    return new UnetConfig(
        unet.sampleSize(),
        shape.latentChannels(), // of nine channels it sees the first four
        shape.latentChannels(),
        down,
        new UnetConfig.Block(shape.innerWidth(), shape.middle(), unet.middle().heads()),
        List.of(),
        unet.groups(),
        unet.epsilon(),
        shape.timeWidth(),
        unet.contextWidth(),
        shape.addedWidth() > 0 ? unet.timeIdsWidth() : 0,
        shape.addedWidth(),
        0,
        shape.linearProjection(),
        unet.upcastAttention(),
        unet.cosineFirst(),
        unet.frequencyShift());
  }
}
