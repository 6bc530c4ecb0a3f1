package demofusion.deploy.compare;

import demofusion.coordinator.store.SafeFile;
import demofusion.deploy.compare.Study.Mean;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A study as curves: what is gained, over what it costs, with the values at the points. */
final class StudyPlot {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 340;

  private static final Map<String, ToDoubleFunction<Figures>> CURVES = new LinkedHashMap<>();

  static {
    CURVES.put("likeness to phase 1 (1: the same)", Figures::likeness);
    CURVES.put("seams (1: none)", Figures::seams);
    CURVES.put("repetition (0: none)", Figures::repetition);
    CURVES.put("gradient energy", Figures::gradientEnergy);
  }

  private StudyPlot() {}

  static void write(StudySetting setting, String model, List<Mean> means, Path file) {
    List<Mean> inOrder =
        means.stream().sorted(Comparator.comparingDouble(mean -> x(setting, mean))).toList();
    List<XYChart> charts =
        CURVES.entrySet().stream()
            .map(curve -> chart(setting, model, curve.getKey(), curve.getValue(), inOrder))
            .toList();
    try {
      BitmapEncoder.saveBitmap(charts, 2, 2, file.toString(), BitmapFormat.PNG);
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be written", e);
    }
  }

  private static double x(StudySetting setting, Mean mean) {
    return setting.costs() ? mean.figures().forwards() : mean.value();
  }

  private static XYChart chart(
      StudySetting setting,
      String model,
      String title,
      ToDoubleFunction<Figures> figure,
      List<Mean> means) {
    double[] xs = means.stream().mapToDouble(mean -> x(setting, mean)).toArray();
    double[] ys =
        means.stream().mapToDouble(mean -> figure.applyAsDouble(mean.figures())).toArray();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title + " by " + setting.title() + ", " + model)
            .xAxisTitle(setting.costs() ? "forwards of the UNet" : setting.title())
            .yAxisTitle("")
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.addSeries(title, xs, ys).setMarker(SeriesMarkers.CIRCLE);
    for (int n = 0; n < xs.length; n++) {
      chart.addAnnotation(
          new AnnotationText(Study.text(means.get(n).value()), xs[n], ys[n], false));
    }
    return chart;
  }
}
