package demofusion.worker.model.adapter;

import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.FiniteValues;
import demofusion.worker.model.tensor.TensorSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Weights of a file whose header was found to be right: all of them finite. */
final class CheckedWeights {
  private CheckedWeights() {}

  /**
   * @param title what the file is, for sentences
   * @param tensors those that a network is made of, with their shapes; others are left alone
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if it is damaged
   */
  static Weights of(String title, SafetensorsFile file, Map<String, int[]> tensors) {
    FiniteValues.require(title + " " + file.path(), file);
    TensorSet all =
        new TensorSet.Builder(title)
            .addAll(file, UnaryOperator.identity())
            .build(List.of(file.path()), "");
    return Weights.of(all, Layout.of(tensors));
  }
}
