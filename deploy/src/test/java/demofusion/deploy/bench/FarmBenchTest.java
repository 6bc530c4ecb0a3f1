package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.deploy.bench.FarmBench.Result;
import demofusion.deploy.bench.FarmBench.Row;
import demofusion.deploy.bench.FarmSituations.Situation;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FarmBenchTest {
  private static final Offset<Double> NEAR = within(1e-9);
  private static final LostTime LOST = new LostTime(0.9, 0.05, 0.01, 0.015, 0, 0.025);
  private static final Row ROW = new Row(4, 20, 23, 3.8, 4, 0.95, LOST, 0.5);
  private static final CoordinatorCost COST =
      new CoordinatorCost(4, 20, 339, 1356, 169.5, 3.39, 0.25, 80.0, 140);
  private static final Situation SITUATION = new Situation("three jobs", 50, 49, 0.98, 0.25);

  @Test
  void alwaysMeasuresOneWorker_whichTheOthersAreComparedWith() {
    assertThat(FarmBench.numbers(List.of(8, 4, 8), false)).containsExactly(1, 4, 8);
    assertThat(FarmBench.numbers(List.of(1, 2), false)).containsExactly(1, 2);
  }

  @Test
  void measuresNoneButTheGivenNumbers_whenThePlanSaysWhatOneWorkerTakes() {
    assertThat(FarmBench.numbers(List.of(64, 16, 64), true)).containsExactly(16, 64);
    BenchPicture half = picture(ViewBatchSize.half());
    BenchPicture four = picture(ViewBatchSize.parse("4"));
    // Phases of 1, 3², 5² and 7² windows, and of 2², 3² and 4² dilated views; 3 timesteps each.
    assertThat(half.tiles()).isCloseTo(3.0 * (1 + 9 + 25 + 49 + 4 + 9 + 16), NEAR);
    assertThat(four.tiles()).isCloseTo(half.tiles(), NEAR);
  }

  @Test
  void isOneJsonDocument() {
    Result result =
        new Result(
            List.of(ROW),
            List.of(COST),
            List.of(SITUATION),
            "4096x4096",
            3,
            200,
            ViewBatchSize.half() + "");

    assertThat(Json.line(result))
        .startsWith("{\"results\":[{\"workers\":4,\"seconds\":20.0,")
        .contains("\"speedup\":3.8,\"limit\":4.0,\"ofLimit\":0.95,\"lost\":{\"work\":0.9,")
        .contains("\"coordinator\":[{\"workers\":4,\"seconds\":20.0,\"tiles\":339.0,")
        .contains("\"actorShare\":0.25,\"heapMebibytes\":80.0,\"directMebibytes\":140.0}]")
        .contains("\"situations\":[{\"what\":\"three jobs\",")
        .contains("\"viewBatch\":\"half\"")
        .doesNotContain("\n");
  }

  @Test
  void tellsPeopleWhatWasReachedAndWhereTheRestWent() {
    assertThat(ROW.line())
        .contains("3.80 times as fast", "95.0 % of the plan's limit  4.00")
        .contains("the barrier 5.0 %", "the coordinator 1.5 %", "the network 2.5 %")
        .contains("(machine 50 % busy)");
    assertThat(SITUATION.line())
        .isEqualTo("three jobs: 50.0 s, ideal 49.0 s, efficiency 98.0 %  (machine 25 % busy)");
  }

  @Test
  void tellsWhatTheCoordinatorSpendsPerTile_asATable() {
    CoordinatorCost withoutJdk = new CoordinatorCost(16, 20, 339, 1356, 169.5, 3.39, null, null, 9);

    assertThat(CoordinatorCost.table(List.of(COST, withoutJdk)))
        .containsExactly(
            "The coordinator's part:",
            "workers  tiles/s  messages/tile  MiB/tile  messages/s  CPU s  CPU %  CPU ms/tile"
                + "  in actors  heap MiB  direct MiB",
            "      4     17.0            4.0      0.50        67.8    3.4     17         10.0"
                + "       25 %        80         140",
            "     16     17.0            4.0      0.50        67.8    3.4     17         10.0"
                + "          -         -           9");
  }

  @Test
  void readsMetricsAndThreads() {
    String metrics =
        """
        # HELP process_cpu_seconds_total x
        process_cpu_seconds_total 12.5
        demofusion_wire_sent_messages_total{message="perform",} 7.0
        demofusion_wire_received_messages_total{message="completed",} 6.0
        demofusion_wire_sent_bytes_total{message="perform",} 1.0E6
        """;
    String threads =
        """
        "demofusion-pekko.actor.default-dispatcher-5" #31 daemon prio=5 cpu=1500.25ms elapsed=9s
        "demofusion-pekko.actor.internal-dispatcher-2" #32 daemon prio=5 cpu=800.00ms elapsed=9s
        "demofusion-pekko.actor.default-dispatcher-11" #37 daemon prio=5 cpu=499.75ms elapsed=9s
        """;

    assertThat(CoordinatorLook.sum(metrics, "process_cpu_seconds_total")).isEqualTo(12.5);
    assertThat(
            CoordinatorLook.sum(metrics, "demofusion_wire_(?:sent|received)_messages_total\\{.*?}"))
        .isEqualTo(13);
    assertThat(CoordinatorLook.actorSeconds(threads)).isEqualTo(2);
  }

  @Test
  void countsAGuidanceHalfAsHalfAView() {
    assertThat(picture(ViewBatchSize.half()).unitSeconds()).isEqualTo(0.1);
    assertThat(picture(ViewBatchSize.parse("1")).unitSeconds()).isEqualTo(0.2);
    assertThat(picture(ViewBatchSize.parse("4")).unitSeconds()).isEqualTo(0.8);
    assertThat(picture(ViewBatchSize.half()).model(10)).isEqualTo("window=128,millis=200,slow=10");
  }

  private static BenchPicture picture(ViewBatchSize unit) {
    return new BenchPicture(200, new PixelExtent(4096, 4096), 3, unit, RenderMethod.DEMOFUSION);
  }
}
