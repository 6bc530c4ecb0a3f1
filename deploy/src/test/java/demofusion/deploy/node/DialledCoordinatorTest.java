package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.farm.TcpProxy;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.worker.model.synthetic.SyntheticModel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that can only dial out, with all between them and the queue as it is in production. */
class DialledCoordinatorTest {
  private static final RenderSpec SPEC = DialledFarm.spec();
  private static final SyntheticModel QUICK = new SyntheticModel(DialledFarm.MODEL.withLanes(2));
  private static final SyntheticModel SLOW =
      new SyntheticModel(DialledFarm.MODEL.withTimePerView(Duration.ofMillis(50)));

  @TempDir Path folder;
  private DialledFarm farm;

  @BeforeEach
  void start() throws Exception {
    farm = new DialledFarm(folder, null);
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @Test
  void givesTheSequentialWaysBits() {
    farm.worker("worker-1", QUICK);
    farm.worker("worker-2", QUICK);
    farm.awaitWorkers(2);

    float[] latent = farm.draw(SPEC).latent();

    assertThat(latent).isEqualTo(DialledFarm.sequentially(SPEC));
  }

  @Test
  void goesOn_whenTheConnectionIsCutForAMoment() throws Exception {
    try (TcpProxy line = new TcpProxy("127.0.0.1:" + farm.port())) {
      dialThrough(line);
      DialledFarm.Drawing picture = farm.draw(SPEC);
      DialledFarm.pause(Duration.ofMillis(700));

      line.cut();
      DialledFarm.pause(Duration.ofSeconds(2));
      line.mend();

      assertThat(picture.latent()).isEqualTo(DialledFarm.sequentially(SPEC));
      assertThat(farm.listed()).hasSize(1);
    }
  }

  @Test
  void goesOn_whenTheConnectionIsCutForLongerThanAWorkerIsMissed() throws Exception {
    try (TcpProxy line = new TcpProxy("127.0.0.1:" + farm.port())) {
      dialThrough(line);
      DialledFarm.Drawing picture = farm.draw(SPEC);
      DialledFarm.pause(Duration.ofMillis(700));

      line.cut();
      farm.awaitWorkers(0);
      line.mend();

      assertThat(picture.latent()).isEqualTo(DialledFarm.sequentially(SPEC));
    }
  }

  private void dialThrough(TcpProxy line) {
    farm.work(
        "worker-1", SLOW, farm.dial("worker-1", "http://" + line.address(), DialledFarm.SECRET));
    farm.awaitWorkers(1);
  }

  @Test
  void goesOn_whenTheApiIsStartedAnew() {
    farm.worker("worker-1", SLOW);
    farm.awaitWorkers(1);
    DialledFarm.Drawing picture = farm.draw(SPEC);
    DialledFarm.pause(Duration.ofMillis(700));

    farm.restartApi();

    assertThat(picture.latent()).isEqualTo(DialledFarm.sequentially(SPEC));
  }

  @Test
  void worksForWhoeverIsStartedAtItsCoordinatorsPort() {
    farm.worker("worker-1", QUICK);
    farm.awaitWorkers(1);

    farm.restartCoordinator();

    assertThat(farm.draw(SPEC).latent()).isEqualTo(DialledFarm.sequentially(SPEC));
  }

  @Test
  void keepsItsConnection_whileNothingIsDrawn() {
    farm.worker("worker-1", QUICK);
    farm.awaitWorkers(1);
    var since = farm.listed();

    DialledFarm.pause(Duration.ofSeconds(5)); // longer than the API's connections may be idle

    assertThat(farm.listed()).isEqualTo(since);
  }
}
