package demofusion.deploy.compare;

import demofusion.deploy.compare.Comparison.Entry;
import demofusion.deploy.compare.Comparison.Result;
import demofusion.protocol.Excerpt;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All pictures of a comparison on one: a column for each method, a row for each prompt and seed,
 * the picture above, a crop of it at 1:1 below, then its figures; at the foot the means.
 */
final class ContactSheet {
  private static final int CELL = Crop.LARGEST;
  private static final int GAP = 12;
  private static final int LINE = 15;
  private static final int TITLE = 2 * LINE;
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x222222);

  private final Path folder;
  private final Result result;
  private final List<String> methods;
  private final int thumbHeight;

  /**
   * @param folder that the entries' files lie in
   */
  ContactSheet(Path folder, Result result) {
    this.folder = folder;
    this.result = result;
    this.methods = result.means().stream().map(MethodMean::method).toList();
    BufferedImage first = DrawnFiles.read(folder.resolve(result.entries().get(0).picture()));
    this.thumbHeight = Math.max(1, CELL * first.getHeight() / first.getWidth());
  }

  BufferedImage draw() {
    int rows = result.entries().size() / methods.size();
    int figures = FigureText.of(result.entries().get(0).figures()).size() * LINE;
    int rowHeight = TITLE + thumbHeight + GAP + CELL + figures + 2 * GAP;
    int width = GAP + methods.size() * (CELL + GAP);
    int head = TITLE + LINE + result.models().size() * LINE;
    int height = head + rows * rowHeight + LINE + figures + 2 * GAP;
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    try {
      pen.setColor(PAPER);
      pen.fillRect(0, 0, width, height);
      pen.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      drawHead(pen, head);
      for (int n = 0; n < result.entries().size(); n++) {
        int column = n % methods.size();
        int x = GAP + column * (CELL + GAP);
        int y = head + n / methods.size() * rowHeight;
        drawEntry(pen, result.entries().get(n), x, y, column == 0);
      }
      drawMeans(pen, head + rows * rowHeight);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private void drawHead(Graphics2D pen, int height) {
    pen.setColor(INK);
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    pen.drawString(result.title(), GAP, LINE + 4);
    for (int n = 0; n < result.models().size(); n++) {
      pen.drawString(result.models().get(n).line(), GAP, (n + 2) * LINE + 4);
    }
    for (int column = 0; column < methods.size(); column++) {
      pen.drawString(methods.get(column), GAP + column * (CELL + GAP), height - 4);
    }
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
  }

  private void drawEntry(Graphics2D pen, Entry entry, int x, int y, boolean isFirst) {
    int line = y + LINE;
    if (isFirst) {
      pen.drawString(Excerpt.of(entry.prompt(), 100) + ", seed " + entry.seed(), x, line);
    }
    int top = y + TITLE - 6;
    BufferedImage picture = DrawnFiles.read(folder.resolve(entry.picture()));
    // Halved again and again it would be as good; this is one call, and averages.
    Image thumb = picture.getScaledInstance(CELL, thumbHeight, Image.SCALE_AREA_AVERAGING);
    pen.drawImage(thumb, x, top, null);
    pen.drawImage(DrawnFiles.read(folder.resolve(entry.crop())), x, top + thumbHeight + GAP, null);
    drawFigures(pen, entry.figures(), x, top + thumbHeight + GAP + CELL + LINE);
  }

  private void drawMeans(Graphics2D pen, int y) {
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
    pen.drawString("means", GAP, y + 4);
    for (int column = 0; column < methods.size(); column++) {
      Figures figures = result.means().get(column).figures();
      drawFigures(pen, figures, GAP + column * (CELL + GAP), y + LINE + 6);
    }
  }

  private static void drawFigures(Graphics2D pen, Figures figures, int x, int y) {
    int line = y;
    for (Map.Entry<String, String> figure : FigureText.of(figures).entrySet()) {
      pen.drawString(figure.getKey(), x, line);
      pen.drawString(figure.getValue(), x + CELL * 2 / 3, line);
      line += LINE;
    }
  }
}
