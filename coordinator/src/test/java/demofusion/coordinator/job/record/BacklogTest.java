package demofusion.coordinator.job.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.render.RenderProgress;
import demofusion.protocol.Backoff;
import demofusion.protocol.latent.LatentExtent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final Phase PHASE =
      new Phase(1, new LatentExtent(16, 16), 1, Phase.Start.NOISE, Phase.Paths.LOCAL);

  private final Backlog backlog = new Backlog();

  @Test
  void sumsTheViewsThatAreLeft_byModel() {
    backlog.add(of(120.0));
    Job half = Job.of(withTiles("half", 80.0), Records.NOW);
    half.planned(1);
    half.progress(new RenderProgress(PHASE, 1, 4, 5, 10, 20, 80, 3));
    backlog.add(half);
    backlog.add(Records.done("over", Duration.ZERO, 0, null));

    assertThat(backlog.tilesLeft()).hasSize(1);
    assertThat(backlog.tilesLeft().get(Records.TOY)).isCloseTo(120 + 60, within(1e-9));
  }

  @Test
  void estimatesThoseOfEarlierVersions() {
    JobRecord old = Records.record("old", 0, 1, 1); // 64 by 64 pixels in 4 steps
    String json = new String(JobJson.write(old), StandardCharsets.UTF_8);
    assertThat(json).doesNotContain("tiles");

    backlog.add(Job.of(JobJson.read(JobJson.write(old), JobRecord.class, "it"), Records.NOW));

    assertThat(backlog.tilesLeft().get(Records.TOY)).isEqualTo(4);
  }

  @Test
  void keepsTheViewsInTheRecord() {
    JobRecord read = JobJson.read(JobJson.write(withTiles("it", 7.5)), JobRecord.class, "it");

    assertThat(read.needs().tiles()).isEqualTo(7.5);
  }

  @Test
  void asksForNobody_whereTheDiskIsFull() {
    Job job = of(120.0);
    job.pause("full", Records.NOW, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    backlog.add(job);

    assertThat(backlog.tilesLeft().get(Records.TOY)).isZero();
  }

  private static Job of(double tiles) {
    return Job.of(withTiles("whole", tiles), Records.NOW);
  }

  private static JobRecord withTiles(String id, double tiles) {
    JobRecord of = Records.record(id, 0, 1, 1);
    return new JobRecord(
        of.id(),
        of.owner(),
        of.submittedAt(),
        of.subject(),
        new JobRecord.Needs(1, 1, tiles),
        null,
        null,
        null,
        null,
        List.of());
  }
}
