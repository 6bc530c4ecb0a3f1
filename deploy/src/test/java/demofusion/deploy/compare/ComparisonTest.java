package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.node.SingleNode;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole comparisons and studies, of pictures that a synthetic model draws. */
@Timeout(120)
class ComparisonTest {
  private static final SyntheticModel MODEL =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();
  private final SingleNode node = SingleNode.start(MODEL);

  @BeforeEach
  void begin() throws Exception {
    Files.createDirectories(folder.resolve("out"));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private Painter painter() {
    return new Painter(node, ModelId.of(MODEL.card()), folder.resolve("scratch"));
  }

  @Test
  void drawsEveryPicture_byEveryMethod() {
    List<Contestant> contestants =
        Contestant.parse(List.of("demofusion", "direct", "lanczos", "no-dilated"));
    List<RenderSpec> pictures = List.of(RenderSpec.of("a fox", 1), RenderSpec.of("a fox", 2));

    Comparison.Result result =
        new Comparison(folder.resolve("out"), said::add).run(painter(), contestants, pictures);

    assertThat(result.entries()).hasSize(8);
    assertThat(result.size()).isEqualTo("128x128");
    assertThat(said).hasSize(8);
    for (Comparison.Entry entry : result.entries()) {
      assertThat(folder.resolve("out").resolve(entry.picture())).exists();
      assertThat(folder.resolve("out").resolve(entry.crop())).exists();
      assertThat(entry.figures().seconds()).isPositive();
    }
    assertThat(Path.of(result.sheet())).exists();
    assertThat(Path.of(result.page())).exists();
  }

  @Test
  void countsWhatEachMethodCosts() {
    List<Contestant> contestants =
        Contestant.parse(List.of("demofusion", "no-dilated", "direct", "lanczos"));

    List<Comparison.Entry> entries =
        new Comparison(folder.resolve("out"), said::add)
            .run(painter(), contestants, List.of(RenderSpec.of("a fox", 1)))
            .entries();

    List<Long> forwards = entries.stream().map(entry -> entry.figures().forwards()).toList();
    assertThat(forwards.get(0)).isGreaterThan(forwards.get(1));
    // The whole at once, and phase 1: one view at each of 50 timesteps.
    assertThat(forwards.get(2)).isEqualTo(50);
    assertThat(forwards.get(3)).isEqualTo(50);
    // Resampling keeps what phase 1 drew.
    assertThat(entries.get(3).figures().likeness()).isGreaterThan(0.95);
  }

  @Test
  void drawsWithSeveralModels_eachWithItsOwnSettings_onOneSheet() {
    List<Contestant> contestants = Contestant.parse(List.of("demofusion", "lanczos"));
    List<RenderSpec> pictures = List.of(RenderSpec.of("a fox", 1), RenderSpec.of("a fox", 2));
    ModelSettings own = new ModelSettings(Map.of("steps", 4, "guidanceScale", 3));
    Painter other =
        new Painter(
            node,
            ModelId.of(MODEL.card()),
            own,
            UnaryOperator.identity(),
            plan -> null,
            folder.resolve("scratch of other"));
    Comparison comparison = new Comparison(folder.resolve("out"), said::add);

    comparison.draw(painter(), "one", contestants, pictures);
    comparison.draw(other, "other/2", contestants, pictures);
    Comparison.Result result = comparison.result();

    assertThat(result.entries())
        .extracting(Comparison.Entry::method)
        .startsWith("one demofusion", "one lanczos", "other/2 demofusion", "other/2 lanczos")
        .hasSize(8);
    assertThat(result.entries()).extracting(Comparison.Entry::seed).startsWith(1L, 1L, 1L, 1L, 2L);
    assertThat(result.model()).isEqualTo("one, other/2");
    assertThat(result.models())
        .extracting(Comparison.ModelColumn::settings)
        .containsExactly(
            "euler, 50 steps, guidance 7.5, stride 4", "euler, 4 steps, guidance 3.0, stride 4");
    assertThat(result.entries().get(2).figures().forwards())
        .isLessThan(result.entries().get(0).figures().forwards());
    for (Comparison.Entry entry : result.entries()) {
      assertThat(folder.resolve("out").resolve(entry.picture())).exists();
    }
    assertThat(Path.of(result.page())).content().contains("other/2: euler, 4 steps");
    assertThat(DrawnFiles.read(Path.of(result.sheet())).getWidth()).isGreaterThan(4 * 128);
  }

  @Test
  void triesEveryValue() {
    Study.Result result =
        new Study(painter(), folder.resolve("out"), said::add)
            .run(StudySetting.STRIDE, List.of(2.0, 4.0, 8.0), List.of(RenderSpec.of("a fox", 1)));

    assertThat(result.means()).extracting(Study.Mean::value).containsExactly(2.0, 4.0, 8.0);
    assertThat(result.means().get(0).figures().forwards())
        .isGreaterThan(result.means().get(2).figures().forwards());
    assertThat(Path.of(result.table())).exists();
    assertThat(Path.of(result.plot())).exists();
  }
}
