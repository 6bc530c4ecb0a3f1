package demofusion.deploy.compare.stress;

import static demofusion.deploy.compare.SheetPage.escaped;

import java.util.List;

/** The report as a page that needs no other: tables, worst cases, all pictures by name. */
final class StressPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark }
      body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; max-width: 100rem }
      table { border-collapse: collapse; margin-bottom: 1.5rem }
      th, td { padding: .3rem .8rem; text-align: left; border-bottom: 1px solid #8884 }
      td { text-align: right; font-variant-numeric: tabular-nums }
      .row { display: flex; gap: 1rem; overflow-x: auto }
      figure { margin: 0; flex: none }
      img { display: block; image-rendering: pixelated }
      """;

  private static final List<String> NOTES =
      List.of(
          "L is phase 1 of the same image, enlarged by Lanczos's kernel. Every figure is a"
              + " difference to L of the same image, so L has 0: mean, 95 % interval by 10,000"
              + " resamples of the images, and p by tossing their signs. Fewer than 20 images prove"
              + " little.",
          "Detail counts noise too: see grain. Seam z is shown times √n, and only where tiles were"
              + " not jittered; below 2 no seam is shown. Fresh texture scores about 0.1 in new"
              + " repeats with every method, and a repeat that looks different is missed: compare"
              + " methods, not with 0. Things are counted only in landscapes of the miniature.");

  private StressPage() {}

  /**
   * @param crops their files, case after case
   */
  static String html(StressReport report, List<WorstCase> worst, List<String> crops) {
    StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\"><title>Stress set</title><style>\n").append(STYLE);
    page.append("</style></head><body>\n<h1>").append(escaped(report.title())).append("</h1>\n");
    NOTES.forEach(note -> page.append("<p>").append(note).append("</p>\n"));
    List<StressMean> means = report.means();
    for (String size : means.stream().map(StressMean::size).distinct().toList()) {
      List<StressMean> ofSize = means.stream().filter(mean -> mean.size().equals(size)).toList();
      page.append("<h2>").append(escaped(size)).append("</h2>\n");
      table(ofSize, page);
    }
    int crop = 0;
    for (WorstCase each : worst) {
      page.append("<h2>").append(escaped(each.title())).append("</h2>\n<div class=\"row\">\n");
      for (StressRow row : each.rows()) {
        String words = row.method() + ": " + figure(each, row);
        page.append("<figure><a href=\"").append(escaped(row.picture()));
        page.append("\"><img src=\"").append(escaped(crops.get(crop++))).append("\" alt=\"");
        page.append(escaped(words)).append("\"></a><figcaption>").append(escaped(words));
        page.append("</figcaption></figure>\n");
      }
      page.append("</div>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  static String figure(WorstCase worst, StressRow row) {
    return worst
        .figure()
        .of(row)
        .map(value -> String.format(java.util.Locale.ROOT, "%.3f", value))
        .orElse("–");
  }

  private static void table(List<StressMean> means, StringBuilder page) {
    page.append("<table><thead><tr><th></th>");
    means.forEach(mean -> page.append("<th>").append(escaped(mean.method())).append("</th>"));
    page.append("</tr></thead><tbody>\n");
    for (String cost : StressText.costs(means.get(0)).keySet()) {
      page.append("<tr><th>").append(cost).append("</th>");
      means.forEach(
          mean -> page.append("<td>").append(StressText.costs(mean).get(cost)).append("</td>"));
      page.append("</tr>\n");
    }
    for (StressFigure figure : StressFigure.values()) {
      if (means.stream().anyMatch(mean -> mean.figures().containsKey(figure))) {
        page.append("<tr><th>").append(escaped(figure.title())).append("</th>");
        means.forEach(
            mean -> page.append("<td>").append(StressText.figure(mean, figure)).append("</td>"));
        page.append("</tr>\n");
      }
    }
    page.append("</tbody></table>\n");
  }
}
