package demofusion.deploy.compare.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.compare.Contestant;
import demofusion.deploy.compare.DrawnFiles;
import demofusion.deploy.compare.Painter;
import demofusion.deploy.compare.PicturePainter;
import demofusion.deploy.compare.stress.Stress.Order;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole stress runs, of pictures that a synthetic model draws. */
@Timeout(600)
class StressTest {
  private static final SyntheticModel MODEL =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));
  private static final List<String> METHODS = List.of("demofusion", "lanczos");

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();
  private final SingleNode node = SingleNode.start(MODEL);
  private Path out;
  private int painters; // each draws in a folder of its own

  @BeforeEach
  void begin() throws Exception {
    out = Files.createDirectories(folder.resolve("out"));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private Painter painter() {
    return new Painter(
        node,
        ModelId.of(MODEL.card()),
        ModelSettings.NONE,
        UnaryOperator.identity(),
        plan -> 3 * plan.coordinatorBytes(),
        folder.resolve("scratch-" + ++painters));
  }

  private static Order order(int steps, List<String> methods, @Nullable Path against) {
    RenderSpec base = RenderSpec.of("", 0).toBuilder().steps(steps).build();
    DemoFusionParts parts = new DemoFusionParts(true, true, true, true, false);
    return new Order(
        base.toBuilder().ablations(parts).build(),
        StressSet.own(List.of("a fox", "green hills and the open sea, at noon, a white sailboat")),
        List.of(7L),
        List.of(),
        Contestant.parse(methods),
        against == null ? null : new AgainstFolder(against));
  }

  /** Fails if it is asked for anything. */
  private PicturePainter idle() {
    PicturePainter real = painter();
    return new PicturePainter() {
      @Override
      public String model() {
        return real.model();
      }

      @Override
      public String modelHash() {
        return real.modelHash();
      }

      @Override
      public Painting draw(RenderSpec spec) {
        throw new AssertionError("drawn again: " + spec);
      }

      @Override
      public Painting drawFirstPhase(RenderSpec spec) {
        throw new AssertionError("drawn again: " + spec);
      }
    };
  }

  @Test
  void drawsAndMeasures_andWritesOneReport() throws Exception {
    StressReport report = new Stress(painter(), out, said::add).run(order(2, METHODS, null));

    assertThat(report.rows()).hasSize(4);
    StressRow drawn = report.rows().get(0);
    StressRow enlarged = report.rows().get(1);
    assertThat(drawn.method()).isEqualTo("demofusion");
    assertThat(drawn.forwards()).isGreaterThan(enlarged.forwards());
    assertThat(drawn.findings().bands().get(0)).isNotZero();
    assertThat(drawn.findings().bandsOverTruth()).isNull();
    assertThat(report.rows().get(2).findings().bandsOverTruth()).hasSize(1);
    assertThat(report.rows().get(2).findings().things()).isNotNull();
    assertThat(enlarged.likeness()).isZero();
    assertThat(enlarged.likenessToPhase1()).isGreaterThan(drawn.likenessToPhase1());
    assertThat(enlarged.findings().drift()).isZero();
    assertThat(drawn.deviceBytes()).isEqualTo(3 * drawn.coordinatorBytes());
    assertThat(report.means().get(0).deviceMebibytes())
        .isEqualTo(3 * report.means().get(0).mebibytes());
    assertThat(Files.readAllLines(out.resolve("pictures.csv")))
        .anyMatch(line -> line.contains("," + drawn.deviceBytes() + ","));
    assertThat(out.resolve("report.html")).content().contains("device MiB");
    assertThat(out.resolve("own-size/01-7-demofusion.png")).exists();
    assertThat(Files.readAllLines(out.resolve("pictures.csv"))).hasSize(5);
    assertThat(Files.readAllLines(out.resolve("figures.csv")))
        .anyMatch(line -> line.startsWith("128x128,\"demofusion\",drift,2,"));
    assertThat(out.resolve("report.html")).content().contains("<h2>128x128</h2>", "worst by");
    assertThat(DrawnFiles.read(out.resolve("report.png")).getWidth()).isGreaterThan(900);
  }

  @Test
  void goesOnWhereItEnded() {
    StressReport first = new Stress(painter(), out, said::add).run(order(2, METHODS, null));

    StressReport again = new Stress(idle(), out, said::add).run(order(2, METHODS, null));

    assertThat(again.rows()).isEqualTo(first.rows());
    // What is missing is drawn, and only that.
    assertThat(new Stress(painter(), out, said::add).run(order(2, List.of("direct"), null)).rows())
        .extracting(StressRow::method)
        .containsOnly("direct");
  }

  @Test
  void refusesAFolderOfOtherSettings() {
    StressReport unused =
        new Stress(painter(), out, said::add).run(order(2, List.of("lanczos"), null));

    assertThatThrownBy(
            () -> new Stress(painter(), out, said::add).run(order(3, List.of("lanczos"), null)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("made with other settings");
  }

  @Test
  void comparesWithPicturesFromElsewhere() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    DrawnFiles.write(
        new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB), other.resolve("01.png"));

    StressReport report =
        new Stress(painter(), out, said::add).run(order(2, List.of("lanczos"), other));

    assertThat(report.rows())
        .extracting(StressRow::method)
        .containsExactly("lanczos", "against other", "lanczos");
    assertThat(report.rows().get(1).size()).isEqualTo("128x128");
    assertThat(report.rows().get(1).findings().drift()).isPositive();
    assertThat(report.rows().get(0).deviceBytes()).isPositive();
    assertThat(report.rows().get(1).deviceBytes()).isNull(); // nobody knows on what
    // Where nobody draws the truth, they are it.
    assertThat(report.rows().get(0).findings().bandsOverTruth()).hasSize(1);
  }

  @Test
  void knowsTheTruth_ofPicturesThatWereDrawnBeforeItWasGiven() throws Exception {
    StressReport before =
        new Stress(painter(), out, said::add).run(order(2, List.of("lanczos"), null));
    Path other = Files.createDirectories(folder.resolve("other"));
    DrawnFiles.write(
        new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB), other.resolve("01.png"));

    StressReport after =
        new Stress(painter(), out, said::add).run(order(2, List.of("lanczos"), other));

    assertThat(before.rows().get(0).findings().bandsOverTruth()).isNull();
    assertThat(after.rows().get(0).findings().bandsOverTruth()).hasSize(1);
    assertThat(after.rows().get(0).seconds()).isEqualTo(before.rows().get(0).seconds());
  }

  @Test
  void drawsAnew_whatHasOtherWordsUnderTheSameNumber() {
    Order order = order(2, List.of("lanczos"), null);
    StressReport unused = new Stress(painter(), out, said::add).run(order);
    Order others =
        new Order(
            order.base(),
            StressSet.own(List.of("a hound")),
            order.seeds(),
            order.sizes(),
            order.contestants(),
            null);

    assertThat(new Stress(painter(), out, said::add).run(others).rows())
        .extracting(StressRow::words)
        .containsExactly("a hound");
    assertThatThrownBy(() -> new Stress(idle(), out, said::add).run(order))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void refusesAFolderWithoutSuchPictures() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));

    assertThatThrownBy(() -> new Stress(painter(), out, said::add).run(order(2, METHODS, other)))
        .hasMessageContaining("such as 01-7.png, or 01.png for every seed");
  }

  @Test
  void hasThirtyCaptionsOfFiveKinds_forBothModels() {
    for (StressSet set : StressSet.values()) {
      List<StressCaption> all = set.captions();
      assertThat(all).hasSize(30);
      assertThat(all.stream().map(StressCaption::words).distinct()).hasSize(30);
      assertThat(StressSet.first(all, 5).stream().map(StressCaption::kind).distinct()).hasSize(5);
      assertThat(StressSet.first(all, 99)).hasSize(30);
    }
    assertThat(StressSet.MINIATURE.captions()).allMatch(each -> each.traits().isPresent());
    assertThat(StressSet.of("miniature")).isEqualTo(StressSet.MINIATURE);
    assertThat(StressSet.of("sdxl-base")).isEqualTo(StressSet.SDXL);
  }
}
