package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.DrawnFiles;
import demofusion.protocol.file.SafeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What came of a stress run: {@code report.html}, {@code report.png}, {@code pictures.csv} with a
 * line for each picture, and {@code figures.csv} with one for each figure of each method.
 */
public final class StressReport {
  private static final String PAGE = "report.html";
  private static final String SHEET = "report.png";
  private static final String PICTURES = "pictures.csv";
  private static final String FIGURES = "figures.csv";

  private final String model;
  private final List<StressRow> rows;
  private final List<StressMean> means;

  private StressReport(String model, List<StressRow> rows) {
    this.model = model;
    this.rows = List.copyOf(rows);
    this.means = StressMean.of(rows);
  }

  static StressReport of(String model, List<StressRow> rows) {
    return new StressReport(model, rows);
  }

  String title() {
    long subjects = rows.stream().map(StressRow::subject).distinct().count();
    return "Stress set, " + model + ", " + subjects + " images by each method";
  }

  List<StressRow> rows() {
    return rows;
  }

  List<StressMean> means() {
    return means;
  }

  void write(Path folder) {
    List<WorstCase> worst = WorstCase.of(rows);
    write(folder.resolve(PICTURES), StressCsv.pictures(rows));
    write(folder.resolve(FIGURES), StressCsv.figures(means));
    List<String> crops = WorstCase.writeCrops(worst, folder);
    write(folder.resolve(PAGE), StressPage.html(this, worst, crops));
    DrawnFiles.write(new StressSheet(folder, this, worst).draw(), folder.resolve(SHEET));
  }

  private static void write(Path file, String text) {
    SafeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The page's file in a folder. */
  public static Path page(Path folder) {
    return folder.resolve(PAGE);
  }

  /** What programs want of it: a record for each method at each size. */
  public Object figures() {
    return means;
  }
}
