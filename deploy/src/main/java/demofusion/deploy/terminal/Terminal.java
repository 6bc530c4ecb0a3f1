package demofusion.deploy.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where the program speaks: data to stdout, words to stderr, both in UTF-8.
 *
 * @param out data
 * @param err words
 * @param columns width of the terminal that stderr is, or 0 where it is none
 * @param redraws whether a line can be drawn over: a terminal that is not dumb
 * @param tableColumns width of the terminal that stdout is, or 0 where it is none
 */
public record Terminal(
    PrintStream out, PrintStream err, int columns, boolean redraws, int tableColumns) {
  private static final String COLUMNS_PROPERTY = "demofusion.columns";
  private static final String TABLE_COLUMNS_PROPERTY = "demofusion.table-columns";

  /** One whose stdout is no terminal. */
  public Terminal(PrintStream out, PrintStream err, int columns, boolean redraws) {
    this(out, err, columns, redraws, 0);
  }

  /** The process's own; the launcher says whether stderr is a terminal, and how wide. */
  public static Terminal ofProcess() {
    return of(
            StandardOutput.print(),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            Integer.getInteger(COLUMNS_PROPERTY, 0),
            System.getenv())
        .withTableColumns(Integer.getInteger(TABLE_COLUMNS_PROPERTY, 0));
  }

  /** The same, for given streams, width and environment. */
  static Terminal of(
      PrintStream out, PrintStream err, int columns, Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    return new Terminal(out, err, Math.max(0, columns), columns > 0 && !dumb);
  }

  private Terminal withTableColumns(int width) {
    return new Terminal(out, err, columns, redraws, Math.max(0, width));
  }

  /** Why not everything could be printed on stdout, if that is so. */
  public Optional<String> failureOfOut() {
    return StandardOutput.failure(out);
  }

  /** One sentence to the user; words from elsewhere in it do nothing to the terminal. */
  public void say(String sentence) {
    err.println("demofusion: " + Printable.line(sentence));
    err.flush();
  }
}
