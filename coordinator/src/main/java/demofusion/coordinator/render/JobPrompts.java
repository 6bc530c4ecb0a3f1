package demofusion.coordinator.render;

import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.prompt.StepPrompts;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job's prompts are in which step, and what has to be encoded for that: each text once,
 * whichever texts it meets in the other half of guidance. A job without regions whose prompts do
 * not change has one text in each half.
 */
public final class JobPrompts {
  private static final String FIRST = "text";

  private final RenderSpec spec;
  private final List<Prompts> positives = new ArrayList<>();
  private final List<Prompts> negatives = new ArrayList<>();
  private final Map<Pair, AssetId> conditionings = new LinkedHashMap<>();
  private final List<List<AssetId>> bySteps = new ArrayList<>(); // of each prompt

  /** The two halves of a step, by their places among the texts; −1: no negative half. */
  private record Pair(int positive, int negative) {}

  /**
   * @param steps of a phase as they are drawn, which may be more than were asked for
   */
  public JobPrompts(RenderSpec spec, int steps) {
    this.spec = spec;
    boolean isGuided = spec.guidance().orStandard().isActive();
    for (Prompts asked : spec.allPrompts()) {
      List<AssetId> ofSteps = new ArrayList<>();
      StepPrompts prompts = StepPrompts.of(asked, spec.promptSyntax(), spec.stepsOrStandard());
      for (int step = 0; step < steps; step++) {
        Prompts now = prompts.at(step);
        int positive = place(positives, new Prompts(now.prompt(), now.prompt2(), null, null));
        int negative =
            isGuided
                ? place(negatives, new Prompts("", null, now.negative(), now.negative2()))
                : -1;
        ofSteps.add(
            conditionings.computeIfAbsent(
                new Pair(positive, negative), any -> assetId(conditionings.size())));
      }
      bySteps.add(ofSteps);
    }
  }

  private static int place(List<Prompts> texts, Prompts text) {
    int known = texts.indexOf(text);
    if (known < 0) {
      texts.add(text);
      return texts.size() - 1;
    }
    return known;
  }

  private static AssetId assetId(int number) {
    return new AssetId(number == 0 ? FIRST : FIRST + "-" + number);
  }

  /**
   * The work of encoding them; each piece encodes one text of either half, as far as there are any.
   */
  public List<Work.EncodeText> work() {
    List<Work.EncodeText> work = new ArrayList<>();
    for (int n = 0; n < Math.max(positives.size(), negatives.size()); n++) {
      Prompts positive = n < positives.size() ? positives.get(n) : Prompts.of("");
      boolean withNegative = n < negatives.size();
      Prompts negative = withNegative ? negatives.get(n) : Prompts.of("");
      work.add(
          new Work.EncodeText(
              new Prompts(
                  positive.prompt(), positive.prompt2(), negative.negative(), negative.negative2()),
              withNegative,
              spec.promptSyntax(),
              spec.clipSkip(),
              spec.additions()));
    }
    return work;
  }

  /**
   * What the steps refer to.
   *
   * @param encoded answers to {@link #work}, in its order
   */
  public List<Asset.Conditioning> conditionings(List<WorkResult.EncodedText> encoded) {
    List<Asset.Conditioning> assets = new ArrayList<>();
    conditionings.forEach(
        (pair, id) -> {
          @Nullable NamedTensors negative =
              pair.negative() < 0 ? null : encoded.get(pair.negative()).negative();
          assets.add(new Asset.Conditioning(id, encoded.get(pair.positive()).positive(), negative));
        });
    return assets;
  }

  /**
   * What a step is drawn with.
   *
   * @param step from 0, in the whole schedule of a phase
   * @param prompt 0: the picture's own; others are its regions'
   */
  public AssetId at(int step, int prompt) {
    List<AssetId> ofSteps = bySteps.get(prompt);
    return ofSteps.get(Math.min(step, ofSteps.size() - 1));
  }
}
