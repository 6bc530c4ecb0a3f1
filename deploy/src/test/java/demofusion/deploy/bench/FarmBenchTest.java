package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.bench.FarmBench.Result;
import demofusion.deploy.bench.FarmBench.Row;
import demofusion.deploy.bench.FarmSituations.Situation;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import org.junit.jupiter.api.Test;

class FarmBenchTest {
  private static final LostTime LOST = new LostTime(0.9, 0.05, 0.01, 0.015, 0.025);
  private static final Row ROW = new Row(4, 20, 23, 3.8, 4, 0.95, LOST, 0.5);
  private static final Situation SITUATION = new Situation("three jobs", 50, 49, 0.98, 0.25);

  @Test
  void alwaysMeasuresOneWorker_whichTheOthersAreComparedWith() {
    assertThat(FarmBench.numbers(List.of(8, 4, 8))).containsExactly(1, 4, 8);
    assertThat(FarmBench.numbers(List.of(1, 2))).containsExactly(1, 2);
  }

  @Test
  void isOneJsonDocument() {
    Result result =
        new Result(
            List.of(ROW), List.of(SITUATION), "4096x4096", 3, 200, ViewBatchSize.half() + "");

    assertThat(Json.line(result))
        .startsWith("{\"results\":[{\"workers\":4,\"seconds\":20.0,")
        .contains("\"speedup\":3.8,\"limit\":4.0,\"ofLimit\":0.95,\"lost\":{\"work\":0.9,")
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
  void countsAGuidanceHalfAsHalfAView() {
    assertThat(picture(ViewBatchSize.half()).unitSeconds()).isEqualTo(0.1);
    assertThat(picture(ViewBatchSize.parse("1")).unitSeconds()).isEqualTo(0.2);
    assertThat(picture(ViewBatchSize.parse("4")).unitSeconds()).isEqualTo(0.8);
    assertThat(picture(ViewBatchSize.half()).model(10)).isEqualTo("window=128,millis=200,slow=10");
  }

  private static BenchPicture picture(ViewBatchSize unit) {
    return new BenchPicture(200, new PixelExtent(4096, 4096), 3, unit);
  }
}
