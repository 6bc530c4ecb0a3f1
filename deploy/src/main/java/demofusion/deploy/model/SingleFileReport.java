package demofusion.deploy.model;

import demofusion.protocol.Excerpt;
import demofusion.worker.model.checkpoint.Checkpoint;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.tensor.TensorView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code inspect} says of a model in one file, beyond what it says of any.
 *
 * @param kind what files are told apart by
 * @param family by its shapes: SD 1, SD 2, SDXL or a relative of it
 * @param prediction epsilon or v, by marks and notes
 * @param edm whether it is told noise levels, as Playground 2.5
 * @param window the side of its native pictures in latent samples
 * @param tensors in the file
 * @param ignored tensors that pictures are not drawn with; null where that is not known
 * @param unknown how many of those nothing is known of
 * @param unknownKeys the first of them
 */
public record SingleFileReport(
    String kind,
    String family,
    String prediction,
    boolean zeroTerminalSnr,
    boolean edm,
    int window,
    boolean hasVae,
    int tensors,
    @Nullable Integer ignored,
    int unknown,
    List<String> unknownKeys) {
  private static final int LISTED_KEYS = 10;
  private static final int LONGEST_KEY = 100;

  /**
   * @param model that was opened of it; null: it could not be
   */
  static SingleFileReport of(Checkpoint file, @Nullable ModelFolder model) {
    Checkpoint.Recognised recognised = file.recognised();
    List<String> unknown = file.unknown();
    return new SingleFileReport(
        "checkpoint",
        recognised.family(),
        recognised.predictsV() ? "v" : "epsilon",
        recognised.zeroTerminalSnr(),
        recognised.edm(),
        recognised.sampleSize(),
        file.hasVae(),
        file.tensors(),
        model == null ? null : file.tensors() - used(file, model),
        unknown.size(),
        unknown.stream().limit(LISTED_KEYS).map(SingleFileReport::shorten).toList());
  }

  /** Names come from the file: whatever they are, a line stays one. */
  private static String shorten(String key) {
    return Excerpt.of(key.replaceAll("\\p{Cntrl}", "?"), LONGEST_KEY);
  }

  private static int used(Checkpoint file, ModelFolder model) {
    return Math.toIntExact(
        model.parts().stream()
            .flatMap(part -> part.weights().tensors().stream())
            .filter(tensor -> tensor.file().equals(file.file()))
            .map(TensorView::name)
            .distinct()
            .count());
  }
}
