package demofusion.deploy.command.lab;

import demofusion.deploy.compare.PicturePainter;
import demofusion.deploy.compare.Study;
import demofusion.deploy.compare.StudySetting;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One setting studied with one model after the other, each with values that suit it. */
final class StudyRun {
  private final StudySetting setting;
  private final @Nullable List<Double> given;
  private final List<RenderSpec> pictures;
  private final boolean hasFolders;
  private final Consumer<String> say;

  /** Of each model, in the order in which they are studied. */
  private final List<List<Double>> values = new ArrayList<>();

  private final List<Study.Result> results = new ArrayList<>();
  private Path folder = Path.of("");

  /**
   * @param given null: what suits each model
   * @param hasFolders whether each model has a folder of its own
   */
  StudyRun(
      StudySetting setting,
      @Nullable List<Double> given,
      List<RenderSpec> pictures,
      boolean hasFolders,
      Consumer<String> say) {
    this.setting = setting;
    this.given = given;
    this.pictures = pictures;
    this.hasFolders = hasFolders;
    this.say = say;
  }

  /** The next model's first picture with each value, to see whether it can be drawn. */
  List<RenderSpec> first(ModelGeometry model) {
    List<Double> its = given == null ? setting.standard(model) : given;
    values.add(its);
    return its.stream().map(value -> setting.apply(pictures.get(0), value)).toList();
  }

  StudyRun in(Path all) {
    folder = all;
    return this;
  }

  /**
   * @param label of the model, by which its folder is named
   */
  void with(PicturePainter painter, String label) {
    Path its = hasFolders ? folder.resolve(label.replaceAll("[^A-Za-z0-9._-]+", "-")) : folder;
    Trial.create(its);
    results.add(new Study(painter, its, say).run(setting, values.get(results.size()), pictures));
  }

  List<Study.Result> results() {
    return results;
  }
}
