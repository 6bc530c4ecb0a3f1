package demofusion.deploy.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under headings, as wide as their cells; the last column gives way where the terminal ends.
 * Cells may hold anything: what a terminal would obey is not shown.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** One row more, with as many cells as there are headings. */
  public void add(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells under " + rows.get(0).size() + " headings");
    }
    rows.add(List.of(cells).stream().map(Printable::line).toList());
  }

  /**
   * The table, headings first.
   *
   * @param columns at most so many of the terminal; 0 for any number
   */
  public List<String> lines(int columns) {
    int last = rows.get(0).size() - 1;
    int[] widths =
        IntStream.range(0, last)
            .map(cell -> rows.stream().mapToInt(row -> TextWidth.of(row.get(cell))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int cell = 0; cell < last; cell++) {
        line.append(TextWidth.padded(row.get(cell), widths[cell])).append(GAP);
      }
      String whole = line.append(row.get(last)).toString().stripTrailing();
      lines.add(columns > 0 ? TextWidth.cut(whole, columns) : whole);
    }
    return lines;
  }
}
