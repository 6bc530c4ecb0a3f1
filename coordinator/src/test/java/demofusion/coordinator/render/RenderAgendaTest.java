package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.render.RenderAgenda.Next;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Latent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A picture of two phases at least: all but the last are previews. */
class RenderAgendaTest {
  private static final RenderPlan PLAN =
      Renders.plan(Renders.spec().size(192, 136).build(), Renders.SMALL);
  private static final Phase FIRST = PLAN.phases().get(0);
  private static final Phase LAST = PLAN.phases().get(PLAN.phases().size() - 1);

  private final RenderAgenda agenda = new RenderAgenda(LAST, true, List.of());

  private static PhaseResult result(Phase phase) {
    int channels = PLAN.geometry().latentChannels();
    float[] samples = new float[channels * phase.extent().area()];
    return new PhaseResult(
        phase, new Latent(channels, phase.extent(), samples), phase.equals(LAST));
  }

  @Test
  void advances_whenAllViewsAreAnswered() {
    assertThat(agenda.next(false)).isEqualTo(Next.WAIT);
    assertThat(agenda.next(true)).isEqualTo(Next.ADVANCE);
  }

  @Test
  void holdsUpACompleteTimestep_untilTheCheckpointBeforeItIsOnDisk() {
    agenda.writing();

    assertThat(agenda.next(true)).isEqualTo(Next.WAIT);

    agenda.written();

    assertThat(agenda.next(true)).isEqualTo(Next.ADVANCE);
  }

  @Test
  void goesOnWithWhatIsNotKept_whateverIsBeingWritten() {
    agenda.writing();

    assertThat(agenda.next(true, false)).isEqualTo(Next.ADVANCE);
    assertThat(agenda.next(false, false)).isEqualTo(Next.WAIT);
  }

  @Test
  void makesThePictureThatTheNextPhaseWaitsFor_evenWhileThePhaseIsBeingWritten() {
    agenda.writing();
    agenda.phaseDone(result(FIRST));
    agenda.await(FIRST);

    assertThat(agenda.picturesToMake()).containsExactly(FIRST);
    assertThat(agenda.picturesToMake()).isEmpty();
  }

  @Test
  void makesNoPictureOfAPhase_thatMayBeBeingWritten() {
    agenda.writing();
    agenda.phaseDone(result(FIRST));

    assertThat(agenda.picturesToMake()).isEmpty();

    agenda.written();

    assertThat(agenda.picturesToMake()).containsExactly(FIRST);
    assertThat(agenda.picturesToMake()).isEmpty();
  }

  @Test
  void makesPreviewsOneAfterAnother_andTheJobsPictureBesideThem() {
    Phase another = new Phase(9, FIRST.extent(), FIRST.dilation(), FIRST.start(), FIRST.paths());
    RenderAgenda resumed = new RenderAgenda(LAST, true, List.of(FIRST, another, LAST));

    assertThat(resumed.picturesToMake()).containsExactly(FIRST, LAST);

    resumed.pictureEnded();

    assertThat(resumed.picturesToMake()).isEmpty();

    resumed.pictureEnded();

    assertThat(resumed.picturesToMake()).containsExactly(another);
  }

  @Test
  void makesOnlyTheJobsPicture_whereNoPreviewsAreWanted() {
    RenderAgenda withoutPreviews = new RenderAgenda(LAST, false, List.of());
    withoutPreviews.phaseDone(result(FIRST));
    withoutPreviews.phaseDone(result(LAST));

    assertThat(withoutPreviews.picturesToMake()).containsExactly(LAST);
  }

  @Test
  void makesThePictureThatTheNextPhaseIsMadeOf_atOnceAndWhateverIsWanted() {
    Phase another = new Phase(9, FIRST.extent(), FIRST.dilation(), FIRST.start(), FIRST.paths());
    RenderAgenda withoutPreviews = new RenderAgenda(LAST, false, List.of(another));
    assertThat(withoutPreviews.picturesToMake()).containsExactly(another);

    withoutPreviews.phaseDone(result(FIRST));
    withoutPreviews.await(FIRST);

    assertThat(withoutPreviews.isUrgent(FIRST)).isTrue();
    assertThat(withoutPreviews.isUrgent(another)).isFalse();
    assertThat(withoutPreviews.isFatal(FIRST, FailureCode.INTERNAL)).isTrue();
    assertThat(withoutPreviews.picturesToMake()).containsExactly(FIRST);
  }

  @Test
  void makesItOnce_whereItIsAPreviewToo() {
    agenda.phaseDone(result(FIRST));
    agenda.await(FIRST);

    assertThat(agenda.picturesToMake()).containsExactly(FIRST);
    assertThat(agenda.picturesToMake()).isEmpty();
  }

  @Test
  void reportsAndEnds_whenTheLastPictureAndTheLastCheckpointAreThere() {
    agenda.phaseDone(result(LAST));
    agenda.picturesToMake();
    agenda.writing();
    agenda.computed();

    assertThat(agenda.next(false)).isEqualTo(Next.HURRY);

    agenda.written();

    assertThat(agenda.next(false)).isEqualTo(Next.HURRY);

    agenda.pictureEnded();

    assertThat(agenda.next(false)).isEqualTo(Next.REPORT);

    agenda.reporting();

    assertThat(agenda.next(false)).isEqualTo(Next.WAIT);

    agenda.written();

    assertThat(agenda.next(false)).isEqualTo(Next.END);
  }

  @Test
  void continuesWithoutAPreview_butNotWithoutThePictureNorOnAFullDisk() {
    assertThat(agenda.isFatal(FIRST, FailureCode.INTERNAL)).isFalse();
    assertThat(agenda.isFatal(LAST, FailureCode.INTERNAL)).isTrue();
    assertThat(agenda.isFatal(FIRST, FailureCode.DISK_FULL)).isTrue();
  }
}
