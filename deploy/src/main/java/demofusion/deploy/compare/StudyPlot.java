package demofusion.deploy.compare;

import demofusion.deploy.compare.Study.Mean;
import demofusion.protocol.file.SafeFile;
import java.awt.Color;
import java.awt.Font;
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
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A study as curves: what is gained, over what it costs, with the values at the points. */
final class StudyPlot {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 340;

  /** Of what is shown of a figure at least, so that a difference of nothing looks like nothing. */
  private static final double LEAST_SPAN = 0.2;

  /** How far from its point a value stands, as a part of what is shown. */
  private static final double LABEL = 0.06;

  private static final Map<String, ToDoubleFunction<Figures>> CURVES = new LinkedHashMap<>();

  static {
    CURVES.put("likeness to phase 1 (1: equal)", Figures::likeness);
    CURVES.put("seams (1: none)", Figures::seams);
    CURVES.put("repetition (0: none)", Figures::repetition);
    CURVES.put("gradient energy", Figures::gradientEnergy);
  }

  private StudyPlot() {}

  static void write(StudySetting setting, String model, List<Mean> means, Path file) {
    // By value, not by cost: otherwise strides that cost the same would be in arbitrary order.
    List<Mean> inOrder =
        means.stream().sorted(Comparator.comparingDouble(Mean::value)).distinct().toList();
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
    PlotRange across = PlotRange.around(xs, 0);
    PlotRange up = PlotRange.around(ys, LEAST_SPAN);
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title + " by " + setting.title() + ", " + model)
            .xAxisTitle(setting.costs() ? "UNet forward passes" : setting.title())
            .yAxisTitle("")
            .build();
    dress(chart.getStyler());
    chart.getStyler().setXAxisMin(across.least()).setXAxisMax(across.most());
    chart.getStyler().setYAxisMin(up.least()).setYAxisMax(up.most());
    chart.addSeries(title, xs, ys).setMarker(SeriesMarkers.CIRCLE);
    for (int n = 0; n < xs.length; n++) {
      double place = up.isCrowded(ys, across, xs, n) ? -LABEL : LABEL;
      chart.addAnnotation(
          new AnnotationText(
              Study.text(means.get(n).value()), xs[n], ys[n] + place * up.span(), false));
    }
    return chart;
  }

  private static void dress(XYStyler styler) {
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xe4e4e4));
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    styler.setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
    styler.setYAxisDecimalPattern("0.00");
    styler.setSeriesColors(new Color[] {new Color(0x2f6f5e)});
    styler.setMarkerSize(9);
  }
}
