package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.render.RenderSteps.Opening;
import demofusion.coordinator.store.JobFolder.ImageTokens;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a job has encoded before its first timestep: its prompts, the picture it starts from, and
 * those that its IP-Adapters are shown.
 */
final class JobEncoding {
  private static final long PICTURE_TAG = 0;
  private static final long FIRST_TEXT_TAG = 1;

  /** Each step of each prompt may have its own text. */
  private static final long FIRST_IMAGE_TAG =
      FIRST_TEXT_TAG + (RenderSpec.STEPS.most().longValue() + 1) * (RegionSettings.MOST + 1);

  /** The first tag that encoding does not use. */
  static final long FIRST_FREE_TAG = FIRST_IMAGE_TAG + ConditionSettings.MOST_ADAPTERS;

  private final Opening opening;
  private final JobPrompts prompts;
  private final List<Work.EncodeText> work;
  private final Map<Long, WorkResult.EncodedText> texts = new HashMap<>(); // by tag
  private final List<AssetId> images; // what becomes of the IP-Adapters' pictures
  private final BitSet imagesDone = new BitSet();
  private final List<ImageTokens> tokens = new ArrayList<>();
  private WorkResult.@Nullable EncodedPicture picture;

  JobEncoding(Opening opening) {
    this.opening = opening;
    prompts = new JobPrompts(opening.plan().spec(), opening.plan().steps());
    work = prompts.work();
    images = List.copyOf(opening.conditions().encodings().keySet());
  }

  /** A job that goes on from a checkpoint has its picture in there. */
  private @Nullable SourcePicture source() {
    return opening.checkpoint().isEmpty() ? opening.plan().spec().source() : null;
  }

  void submit(JobDispatch dispatch) {
    opening.conditions().pictures().forEach(dispatch::provide);
    opening.tokens().forEach(kept -> dispatch.provide(kept.asset()));
    List<Task> tasks = new ArrayList<>();
    for (Work.EncodeText text : work) {
      tasks.add(
          dispatch.task(
              FIRST_TEXT_TAG + tasks.size(),
              "text " + tasks.size(),
              BatchTerms.encoding(),
              () -> text));
    }
    for (int n = 0; n < images.size(); n++) {
      Work.EncodeImage image =
          Objects.requireNonNull(opening.conditions().encodings().get(images.get(n)));
      tasks.add(
          dispatch.task(
              FIRST_IMAGE_TAG + n, "image prompt " + n, BatchTerms.encoding(), () -> image));
    }
    SourcePicture source = source();
    if (source != null) {
      tasks.add(
          dispatch.task(
              PICTURE_TAG,
              "source picture",
              BatchTerms.encoding(),
              () -> new Work.EncodePicture(source.pixels())));
    }
    dispatch.submit(tasks);
  }

  /**
   * Takes an answer; what the texts became is provided for the work that refers to it, once all are
   * there.
   *
   * @return the parts of the prompts that the model does not read
   */
  List<String> accept(Task.Done done, JobDispatch dispatch) {
    if (done.tag() == PICTURE_TAG) {
      picture = (WorkResult.EncodedPicture) done.result();
      return List.of();
    }
    if (done.tag() >= FIRST_IMAGE_TAG) {
      int image = (int) (done.tag() - FIRST_IMAGE_TAG);
      Asset.Conditioning made =
          ((WorkResult.EncodedImage) done.result()).toConditioning(images.get(image));
      dispatch.provide(made);
      tokens.add(new ImageTokens(made, done.worker()));
      imagesDone.set(image);
      return List.of();
    }
    WorkResult.EncodedText text = (WorkResult.EncodedText) done.result();
    texts.put(done.tag(), text);
    if (texts.size() == work.size()) {
      List<WorkResult.EncodedText> inOrder = new ArrayList<>();
      for (int n = 0; n < work.size(); n++) {
        inOrder.add(Objects.requireNonNull(texts.get(FIRST_TEXT_TAG + n)));
      }
      prompts.conditionings(inOrder).forEach(dispatch::provide);
    }
    return text.cutOff();
  }

  /** For the user. */
  static String warning(String cutOff) {
    return "the prompt is longer than the model's limit; this part was cut off: \"" + cutOff + "\"";
  }

  boolean isDone() {
    return texts.size() == work.size()
        && imagesDone.cardinality() == images.size()
        && (picture != null || source() == null);
  }

  /** Which conditioning each step is drawn with. */
  JobPrompts prompts() {
    return prompts;
  }

  /** What IP-Adapters made of their pictures in this run. */
  List<ImageTokens> imageTokens() {
    return tokens;
  }

  WorkResult.@Nullable EncodedPicture picture() {
    return picture;
  }
}
