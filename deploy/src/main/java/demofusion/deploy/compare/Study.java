package demofusion.deploy.compare;

import demofusion.deploy.compare.PicturePainter.Painting;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One setting in several values, everything else the same: what each value costs and what comes of
 * it, as a table ({@code study.csv}) and as a picture ({@code study.png}).
 */
public final class Study {
  private static final String TABLE = "study.csv";
  private static final String PLOT = "study.png";

  private final PicturePainter painter;
  private final Path folder;
  private final Consumer<String> say;

  /**
   * @param folder that table and plot are written to
   * @param say told of every picture
   */
  public Study(PicturePainter painter, Path folder, Consumer<String> say) {
    this.painter = painter;
    this.folder = folder;
    this.say = say;
  }

  /** One picture with one value. */
  public record Row(double value, String prompt, long seed, Figures figures) {}

  /** One value, averaged over its pictures. */
  public record Mean(double value, Figures figures) {}

  /** All of it. */
  public record Result(
      String setting, String model, List<Row> rows, List<Mean> means, String table, String plot) {
    public Result {
      rows = List.copyOf(rows);
      means = List.copyOf(means);
    }
  }

  /**
   * @param pictures one for each prompt and seed
   */
  public Result run(StudySetting setting, List<Double> values, List<RenderSpec> pictures) {
    List<Row> rows = new ArrayList<>();
    for (RenderSpec picture : pictures) {
      for (double value : values) {
        rows.add(draw(setting, value, picture));
      }
    }
    List<Mean> means = means(values, rows);
    Path plot = folder.resolve(PLOT);
    SafeFile.write(folder.resolve(TABLE), csv(setting, rows).getBytes(StandardCharsets.UTF_8));
    StudyPlot.write(setting, painter.model(), means, plot);
    return new Result(
        setting.title(),
        painter.model(),
        rows,
        means,
        folder.resolve(TABLE).toString(),
        plot.toString());
  }

  private Row draw(StudySetting setting, double value, RenderSpec picture) {
    RenderSpec spec = setting.apply(picture, value);
    // With other steps phase 1 is another picture, and each is compared with its own.
    Painting phase1 = painter.drawFirstPhase(spec);
    Painting whole = painter.draw(spec);
    Figures figures =
        Figures.of(
            GreyPicture.of(DrawnFiles.read(whole.file())),
            GreyPicture.of(DrawnFiles.read(phase1.file())),
            whole.plan(),
            whole.seconds(),
            whole.forwards());
    say.accept(
        "%s = %s, seed %s: %s"
            .formatted(setting.title(), text(value), spec.seed(), FigureText.line(figures)));
    return new Row(value, spec.prompts().prompt(), spec.seed(), figures);
  }

  private static List<Mean> means(List<Double> values, List<Row> rows) {
    return values.stream()
        .map(
            value ->
                new Mean(
                    value,
                    MethodMean.mean(
                        rows.stream()
                            .filter(row -> row.value() == value)
                            .map(Row::figures)
                            .toList())))
        .toList();
  }

  static String csv(StudySetting setting, List<Row> rows) {
    StringBuilder csv = new StringBuilder(setting.title().replace(' ', '_'));
    csv.append(",prompt,seed,seconds,forwards,gradient_energy,repetition,seams,likeness\n");
    for (Row row : rows) {
      Figures figures = row.figures();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,\"%s\",%d,%.3f,%d,%.5f,%.5f,%.5f,%.5f%n",
              text(row.value()),
              row.prompt().replace("\"", "\"\""),
              row.seed(),
              figures.seconds(),
              figures.forwards(),
              figures.gradientEnergy(),
              figures.repetition(),
              figures.seams(),
              figures.likeness()));
    }
    return csv.toString();
  }

  static String text(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
