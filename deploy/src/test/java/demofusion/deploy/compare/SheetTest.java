package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.compare.Comparison.Entry;
import demofusion.deploy.compare.Comparison.Result;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of figures and pictures: means, the sheet, the page, the table, the plot. */
class SheetTest {
  @TempDir Path folder;

  private static Figures figures(double times) {
    return new Figures(2 * times, Math.round(100 * times), times, 0.5, 1.25, 0.75);
  }

  private Result result() {
    List<Entry> entries = new ArrayList<>();
    for (long seed : List.of(1L, 2L)) {
      for (String method : List.of("demofusion", "lanczos")) {
        String name = method + seed + ".png";
        write(name, 600, 300);
        write("crop-" + name, 240, 240);
        entries.add(
            new Entry(
                "<script>alert(\"a & b\")</script>",
                seed,
                method,
                name,
                "crop-" + name,
                figures((double) seed)));
      }
    }
    return new Result(
        "miniature",
        "600x300",
        10,
        List.of(),
        entries,
        MethodMean.of(entries),
        "sheet.png",
        "sheet.html");
  }

  private void write(String name, int width, int height) {
    DrawnFiles.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), folder.resolve(name));
  }

  @Test
  void averagesEachMethodsFigures() {
    List<MethodMean> means = result().means();

    assertThat(means).extracting(MethodMean::method).containsExactly("demofusion", "lanczos");
    assertThat(means.get(0).figures().seconds()).isEqualTo(3);
    assertThat(means.get(0).figures().forwards()).isEqualTo(150);
    assertThat(means.get(1).pictures()).isEqualTo(2);
  }

  @Test
  void hasAColumnForEachMethod_andARowForEachPicture() {
    BufferedImage sheet = new ContactSheet(folder, result()).draw();

    assertThat(sheet.getWidth()).isBetween(2 * 240, 2 * 260);
    assertThat(sheet.getHeight()).isGreaterThan(2 * (120 + 240));
    // Black pictures on white paper.
    assertThat(GreyPicture.of(sheet).at(sheet.getWidth() / 4, 100)).isLessThan(0.1f);
    assertThat(GreyPicture.of(sheet).at(2, 100)).isGreaterThan(0.9f);
  }

  @Test
  void showsAPromptAsText_whateverIsInIt() {
    String page = SheetPage.html(result());

    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(&quot;a &amp; b");
    assertThat(page).contains("src=\"demofusion1.png\"", "src=\"crop-lanczos2.png\"");
    assertThat(page).doesNotContain("http:").doesNotContain("https:");
  }

  @Test
  void writesAStudy_asATableAndAsAPlot() throws Exception {
    List<Study.Row> rows =
        List.of(
            new Study.Row(8, "a \"fox\"", 1, figures(2)),
            new Study.Row(16, "a fox", 1, figures(1)));

    String csv = Study.csv(StudySetting.STRIDE, rows);
    StudyPlot.write(
        StudySetting.STRIDE,
        "miniature",
        List.of(new Study.Mean(8, figures(2)), new Study.Mean(16, figures(1))),
        folder.resolve("plot.png"));

    assertThat(csv.lines())
        .containsExactly(
            "stride,prompt,seed,seconds,forwards,gradient_energy,repetition,seams,likeness",
            "8,\"a \"\"fox\"\"\",1,4.000,200,2.00000,0.50000,1.25000,0.75000",
            "16,\"a fox\",1,2.000,100,1.00000,0.50000,1.25000,0.75000");
    assertThat(Files.size(folder.resolve("plot.png"))).isGreaterThan(5_000);
    assertThat(DrawnFiles.read(folder.resolve("plot.png")).getWidth()).isGreaterThan(1000);
  }

  @Test
  void knowsMethods_andDemofusionWithoutItsParts() {
    RenderSpec base = RenderSpec.of("a fox", 1);
    List<Contestant> known = Contestant.parse(List.of("direct", "no-dilated", "direct"));

    assertThat(known).hasSize(2);
    assertThat(known.get(0).spec(base).method()).isEqualTo(RenderMethod.DIRECT);
    assertThat(known.get(1).spec(base).method()).isEqualTo(RenderMethod.DEMOFUSION);
    assertThat(known.get(1).spec(base).ablations().dilated()).isFalse();
    assertThat(known.get(1).spec(base).ablations().skipResidual()).isTrue();
    assertThatThrownBy(() -> Contestant.parse(List.of("magic")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("must be one of demofusion, multidiffusion");
  }

  @Test
  void switchesOnOneThing_thatCostsNoForwardPass() {
    RenderSpec base = RenderSpec.of("a fox", 1);
    List<Contestant> known =
        Contestant.parse(
            List.of("window-interaction", "guidance-high", "region-noise", "all-switches"));
    List<MethodSettings> drawn =
        known.stream().map(each -> each.spec(base).methodSettings()).toList();

    assertThat(drawn.stream().map(each -> each.windows().interaction()))
        .containsExactly(true, false, false, true);
    assertThat(drawn.stream().map(each -> each.split().high()))
        .containsExactly(null, 25f, null, 25f);
    assertThat(drawn.stream().map(MethodSettings::regionNoise))
        .containsExactly(null, null, new RegionNoise(0, 1.2), new RegionNoise(0, 1.2));
    RenderSpec other =
        base.toBuilder()
            .methodSettings(MethodSettings.NONE.withRegionNoise(new RegionNoise(0.1, 0.5)))
            .build();
    assertThat(known.get(2).spec(other).methodSettings()).isEqualTo(other.methodSettings());
  }

  @Test
  void changesOneSetting_andNoOther() {
    RenderSpec base = RenderSpec.of("a fox", 1);

    assertThat(StudySetting.STRIDE.apply(base, 24).stride()).isEqualTo(24);
    assertThat(StudySetting.STRIDE.apply(base, 24).steps()).isEqualTo(base.steps());
    assertThat(StudySetting.STEPS.apply(base, 20).steps()).isEqualTo(20);
    assertThat(StudySetting.SCALES.apply(base, 1.5).fusion().cosineScale1()).isEqualTo(1.5);
    assertThat(StudySetting.SCALES.apply(base, 1.5).fusion().cosineScale2()).isEqualTo(1);
    assertThatThrownBy(() -> StudySetting.STRIDE.apply(base, 2.5))
        .hasMessageContaining("must be a whole number");
  }

  @Test
  void enlargesAPicture_asSharplyAsItCan() {
    BufferedImage edge = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 20; y++) {
      for (int x = 10; x < 20; x++) {
        edge.setRGB(x, y, 0xff8040);
      }
    }

    BufferedImage large = Lanczos.enlarge(edge, 40, 60);

    assertThat(large.getWidth()).isEqualTo(40);
    assertThat(large.getHeight()).isEqualTo(60);
    assertThat(large.getRGB(2, 30) & 0xffffff).isZero();
    assertThat(large.getRGB(37, 30) & 0xffffff).isEqualTo(0xff8040);
  }
}
