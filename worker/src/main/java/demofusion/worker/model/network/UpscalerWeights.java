package demofusion.worker.model.network;

import demofusion.protocol.model.upscaler.RrdbShape;
import demofusion.protocol.model.upscaler.UpscalerFile;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.FiniteValues;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.nio.file.Path;
import java.util.List;

/** The checked weights of a super-resolution network: those of its one file, all of them finite. */
public record UpscalerWeights(RrdbShape shape, Weights weights) {
  /**
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if it is no such
   *     file or a damaged one
   */
  public static UpscalerWeights open(Path path) {
    UpscalerFile upscaler = UpscalerFile.open(path);
    FiniteValues.require("the upscaler " + path, upscaler.file());
    TensorSet.Builder tensors = new TensorSet.Builder("upscaler");
    upscaler
        .names()
        .forEach(
            (name, key) ->
                tensors.add(name, TensorView.of(upscaler.file(), upscaler.file().entry(key))));
    return new UpscalerWeights(
        upscaler.shape(),
        Weights.of(tensors.build(List.of(path), ""), Layout.of(upscaler.shape().tensors())));
  }
}
