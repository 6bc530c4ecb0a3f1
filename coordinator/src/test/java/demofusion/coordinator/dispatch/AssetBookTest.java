package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AssetBookTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final JobId OTHER_JOB = new JobId("dog");
  private static final WorkerId ONE = new WorkerId("one");
  private static final WorkerId TWO = new WorkerId("two");
  private static final Asset SEA = conditioning("sea");
  private static final Asset SKY = conditioning("sky");
  private static final Asset UNUSED = conditioning("unused");

  private final AssetBook book = new AssetBook();

  @Test
  void sendsEverythingThatTheViewsAreDrawnBy_once() {
    provide(JOB, SEA, SKY, UNUSED);

    assertThat(send(ONE, JOB, views("sky", "sea", "sky"))).containsExactly(SKY, SEA);
    assertThat(send(ONE, JOB, views("sky", "sea", "sky"))).isEmpty();
  }

  @Test
  void sendsOnlyWhatTheWorkerDoesNotHaveYet() {
    provide(JOB, SEA, SKY);
    send(ONE, JOB, views("sea"));

    assertThat(send(ONE, JOB, views("sea", "sky"))).containsExactly(SKY);
    assertThat(send(TWO, JOB, views("sea", "sky"))).containsExactly(SEA, SKY);
  }

  @Test
  void tellsJobsApart() {
    provide(JOB, SEA);
    provide(OTHER_JOB, conditioning("sea"));
    send(ONE, JOB, views("sea"));

    assertThat(send(ONE, OTHER_JOB, views("sea"))).hasSize(1);
  }

  @Test
  void sendsAgain_whatTheWorkerDoesNotHaveAfterAll() {
    provide(JOB, SEA, SKY);
    send(ONE, JOB, views("sea", "sky"));

    book.mistrust(ONE, JOB);

    assertThat(send(ONE, JOB, views("sky"))).containsExactly(SKY);
  }

  @Test
  void sendsAgain_whatWasNotSent() {
    provide(JOB, SEA);

    assertThat(book.missing(ONE, JOB, views("sea"))).containsExactly(SEA);
    assertThat(book.missing(ONE, JOB, views("sea"))).containsExactly(SEA);
    assertThat(book.forgetJob(JOB)).isEmpty();
  }

  @Test
  void remembersWhoWasSentSomething_whateverBecameOfIt() {
    provide(JOB, SEA, SKY);
    send(ONE, JOB, views("sea", "sky"));

    book.mistrust(JOB);

    assertThat(send(ONE, JOB, views("sky"))).containsExactly(SKY);
    book.mistrust(ONE, JOB);
    assertThat(book.forgetJob(JOB)).containsExactly(ONE);
  }

  @Test
  void mistrustsNobody_whoIsGone() {
    provide(JOB, SEA);
    send(ONE, JOB, views("sea"));
    book.forgetWorker(ONE);

    book.mistrust(ONE, JOB);

    assertThat(send(ONE, JOB, views("sea"))).containsExactly(SEA);
  }

  @Test
  void letsGoOfOneAssetEverywhere_andOfNoOther() {
    provide(JOB, SEA, SKY);
    provide(OTHER_JOB, SEA);
    send(ONE, JOB, views("sea", "sky"));
    send(TWO, OTHER_JOB, views("sea"));

    assertThat(book.letGo(JOB, SEA.id())).containsExactly(ONE);
    assertThat(book.missing(ONE, JOB, views("sea", "sky"))).isEmpty();
    assertThat(book.missing(ONE, OTHER_JOB, views("sea"))).containsExactly(SEA);
    provide(JOB, SEA);
    assertThat(book.missing(ONE, JOB, views("sea", "sky"))).containsExactly(SEA);
  }

  @Test
  void sendsNothing_forWorkThatNamesNothing() {
    provide(JOB, SEA);

    assertThat(send(ONE, JOB, new Work.EncodePicture(Tensor.zeros(3, 8, 8)))).isEmpty();
    assertThat(send(ONE, JOB, new Work.DecodeLatent(Tensor.zeros(4, 8, 8), AssetId.NONE, 1)))
        .isEmpty();
    assertThat(book.forgetJob(JOB)).isEmpty();
  }

  @Test
  void knowsWhoRemembersSomething_whenTheJobIsOver() {
    provide(JOB, SEA);
    send(ONE, JOB, views("sea"));

    assertThat(book.forgetJob(JOB)).containsExactly(ONE);
    assertThat(send(ONE, JOB, views("sea"))).isEmpty();
  }

  private List<Asset> send(WorkerId worker, JobId job, Work work) {
    List<Asset> missing = book.missing(worker, job, work);
    missing.forEach(asset -> book.sent(worker, job, asset));
    return missing;
  }

  private void provide(JobId job, Asset... assets) {
    Stream.of(assets).forEach(asset -> book.provide(job, asset));
  }

  private static Asset conditioning(String id) {
    return new Asset.Conditioning(
        new AssetId(id), new NamedTensors(Map.of("states", Tensor.zeros(1))), null);
  }

  private static Work views(String... drawnBy) {
    int views = drawnBy.length;
    List<MicroConditioning> places =
        Collections.nCopies(views, new MicroConditioning(64, 64, 0, 0, 64, 64));
    return new Work.PredictNoise(
        Tensor.zeros(views, 4, 8, 8),
        501,
        places,
        Stream.of(drawnBy).map(AssetId::new).toList(),
        new Guidance(5, 0),
        GuidanceHalf.BOTH,
        1);
  }
}
