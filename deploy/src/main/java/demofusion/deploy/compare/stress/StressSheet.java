package demofusion.deploy.compare.stress;

import demofusion.protocol.Excerpt;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The report as one picture: tables above, worst cases side by side at 1:1 below. */
final class StressSheet {
  private static final int GAP = 12;
  private static final int LINE = 17;
  private static final int CELL = 250;
  private static final int LONGEST_TITLE = 160;

  private final Path folder;
  private final StressReport report;
  private final List<WorstCase> worst;

  StressSheet(Path folder, StressReport report, List<WorstCase> worst) {
    this.folder = folder;
    this.report = report;
    this.worst = worst;
  }

  BufferedImage draw() {
    List<List<String>> table = table();
    int columns = table.stream().mapToInt(List::size).max().orElse(1);
    int width = GAP + Math.max(4, columns) * CELL;
    int head = 2 * GAP + (table.size() + 2) * LINE;
    int height = head + worst.size() * (CELL + 3 * LINE) + GAP;
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    try {
      pen.setColor(Color.WHITE);
      pen.fillRect(0, 0, width, height);
      pen.setColor(new Color(0x222222));
      pen.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      bold(pen);
      pen.drawString(Excerpt.of(report.title(), LONGEST_TITLE), GAP, LINE);
      for (int line = 0; line < table.size(); line++) {
        write(pen, table.get(line), (line + 2) * LINE + GAP);
      }
      for (int n = 0; n < worst.size(); n++) {
        draw(pen, worst.get(n), head + n * (CELL + 3 * LINE));
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void write(Graphics2D pen, List<String> cells, int y) {
    for (int column = 0; column < cells.size(); column++) {
      if (column == 0) {
        bold(pen);
      } else {
        plain(pen);
      }
      pen.drawString(cells.get(column), GAP + column * CELL, y);
    }
  }

  private static void bold(Graphics2D pen) {
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
  }

  private static void plain(Graphics2D pen) {
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
  }

  /** Lines of cells: for each size its methods, costs and figures. */
  private List<List<String>> table() {
    List<List<String>> lines = new ArrayList<>();
    List<StressMean> all = report.means();
    for (String size : all.stream().map(StressMean::size).distinct().toList()) {
      List<StressMean> means = all.stream().filter(mean -> mean.size().equals(size)).toList();
      lines.add(line(size, means.stream().map(StressMean::method).toList()));
      for (String cost : StressText.costs(means.get(0)).keySet()) {
        lines.add(line(cost, means.stream().map(mean -> cost(mean, cost)).toList()));
      }
      for (StressFigure figure : StressFigure.values()) {
        if (means.stream().anyMatch(mean -> mean.figures().containsKey(figure))) {
          lines.add(
              line(
                  figure.title(),
                  means.stream().map(mean -> StressText.figure(mean, figure)).toList()));
        }
      }
      lines.add(List.of());
    }
    return lines;
  }

  private static String cost(StressMean mean, String name) {
    return StressText.costs(mean).getOrDefault(name, "");
  }

  private static List<String> line(String first, List<String> others) {
    List<String> line = new ArrayList<>(List.of(first));
    line.addAll(others);
    return line;
  }

  private void draw(Graphics2D pen, WorstCase each, int y) {
    bold(pen);
    pen.drawString(Excerpt.of(each.title(), LONGEST_TITLE), GAP, y + LINE - 4);
    plain(pen);
    List<BufferedImage> crops = each.crops(folder);
    for (int n = 0; n < crops.size(); n++) {
      int x = GAP + n * CELL;
      pen.drawImage(crops.get(n), x, y + LINE, null);
      StressRow row = each.rows().get(n);
      pen.drawString(row.method() + ": " + StressPage.figure(each, row), x, y + CELL + LINE + 6);
    }
  }
}
