package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job has encoded before its first timestep: its prompts, and the picture it starts from.
 */
final class JobEncoding {
  /** The job's text embeddings. */
  static final AssetId TEXT = new AssetId("text");

  private static final long TEXT_TAG = 0;
  private static final long PICTURE_TAG = 1;

  /** The first tag that encoding does not use. */
  static final long FIRST_FREE_TAG = 2;

  private final Opening opening;
  private WorkResult.@Nullable EncodedText text;
  private WorkResult.@Nullable EncodedPicture picture;

  JobEncoding(Opening opening) {
    this.opening = opening;
  }

  /** A job that goes on from a checkpoint has its picture in there. */
  private @Nullable SourcePicture source() {
    return opening.checkpoint().isEmpty() ? opening.plan().spec().source() : null;
  }

  void submit(JobDispatch dispatch) {
    RenderSpec spec = opening.plan().spec();
    List<Task> tasks = new ArrayList<>();
    boolean withNegative = spec.guidance().isActive();
    tasks.add(
        dispatch.task(
            TEXT_TAG,
            BatchTerms.encoding(),
            () -> new Work.EncodeText(spec.prompts(), withNegative, null, spec.additions())));
    SourcePicture source = source();
    if (source != null) {
      tasks.add(
          dispatch.task(
              PICTURE_TAG, BatchTerms.encoding(), () -> new Work.EncodePicture(source.pixels())));
    }
    dispatch.submit(tasks);
  }

  /**
   * Takes an answer; the text's is provided for the work that refers to it.
   *
   * @return the parts of the prompts that the model does not read
   */
  List<String> accept(Task.Done done, JobDispatch dispatch) {
    if (done.tag() == PICTURE_TAG) {
      picture = (WorkResult.EncodedPicture) done.result();
      return List.of();
    }
    text = (WorkResult.EncodedText) done.result();
    dispatch.provide(text.toConditioning(TEXT));
    return text.cutOff();
  }

  boolean isDone() {
    return text != null && (picture != null || source() == null);
  }

  WorkResult.@Nullable EncodedPicture picture() {
    return picture;
  }
}
