package demofusion.deploy.compare;

import demofusion.deploy.compare.Comparison.Entry;
import demofusion.deploy.compare.Comparison.ModelColumn;
import demofusion.deploy.compare.Comparison.Result;
import demofusion.protocol.file.SafeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A comparison as a page that lies beside its pictures: each opens at its full size. */
public final class SheetPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark }
      body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem }
      table { border-collapse: collapse }
      th, td { padding: .3rem .8rem; text-align: left; border-bottom: 1px solid #8884 }
      td.figure { text-align: right; font-variant-numeric: tabular-nums }
      .row { display: flex; gap: 1rem; overflow-x: auto }
      figure { margin: 0; flex: none; width: 240px }
      img { display: block; width: 240px; margin-bottom: .5rem }
      img.crop { width: auto; max-width: none; image-rendering: pixelated }
      dl { display: grid; grid-template-columns: auto auto; margin: 0; font-size: .85em }
      dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums }
      """;

  private SheetPage() {}

  static void write(Result result, Path file) {
    SafeFile.write(file, html(result).getBytes(StandardCharsets.UTF_8));
  }

  static String html(Result result) {
    StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\"><title>Method comparison</title><style>\n");
    page.append(STYLE).append("</style></head><body>\n<h1>");
    page.append(escaped(result.title())).append("</h1>\n");
    for (ModelColumn model : result.models()) {
      page.append("<p>").append(escaped(model.line())).append("</p>\n");
    }
    table(result.means(), page);
    byPicture(result.entries()).forEach((title, row) -> row(title, row, page));
    return page.append("</body></html>\n").toString();
  }

  private static void table(List<MethodMean> means, StringBuilder page) {
    page.append("<table><thead><tr><th>method</th><th>images</th>");
    FigureText.of(means.get(0).figures())
        .keySet()
        .forEach(name -> page.append("<th>").append(name).append("</th>"));
    page.append("</tr></thead><tbody>\n");
    for (MethodMean mean : means) {
      page.append("<tr><th>").append(escaped(mean.method())).append("</th>");
      page.append("<td class=\"figure\">").append(mean.pictures()).append("</td>");
      FigureText.of(mean.figures())
          .values()
          .forEach(text -> page.append("<td class=\"figure\">").append(text).append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table>\n");
  }

  private static Map<String, List<Entry>> byPicture(List<Entry> entries) {
    Map<String, List<Entry>> rows = new LinkedHashMap<>();
    for (Entry entry : entries) {
      rows.computeIfAbsent(entry.prompt() + ", seed " + entry.seed(), title -> new ArrayList<>())
          .add(entry);
    }
    return rows;
  }

  private static void row(String title, List<Entry> entries, StringBuilder page) {
    page.append("<h2>").append(escaped(title)).append("</h2>\n<div class=\"row\">\n");
    for (Entry entry : entries) {
      page.append("<figure><figcaption>").append(escaped(entry.method()));
      page.append("</figcaption><a href=\"").append(escaped(entry.picture()));
      page.append("\"><img loading=\"lazy\" src=\"").append(escaped(entry.picture()));
      page.append("\" alt=\"").append(escaped(entry.method() + ": " + title));
      page.append("\"></a><img class=\"crop\" src=\"").append(escaped(entry.crop()));
      page.append("\" alt=\"1:1 crop\"><dl>");
      FigureText.of(entry.figures())
          .forEach(
              (name, text) ->
                  page.append("<dt>")
                      .append(name)
                      .append("</dt><dd>")
                      .append(text)
                      .append("</dd>"));
      page.append("</dl></figure>\n");
    }
    page.append("</div>\n");
  }

  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
