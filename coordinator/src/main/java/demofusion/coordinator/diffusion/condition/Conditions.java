package demofusion.coordinator.diffusion.condition;

import demofusion.coordinator.diffusion.condition.ControlSizes.Way;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlPicture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ControlNets and IP-Adapters count where in a render: {@link #at} for each timestep. A
 * ControlNet whose weight is 0 is as one that is not there (conditioning sections 2 and 4).
 */
public final class Conditions {
  private final ConditionSettings settings;
  private final Frame frame;
  private final ControlSizes sizes;

  /**
   * What of a plan has to be known for that.
   *
   * @param place of what is computed, in the image: control pictures are of the image
   * @param phases sizes in pixels, from phase 1 on
   * @param factor pixels of a latent sample on a side
   * @param steps N, of a whole phase
   * @param usualCost of a ControlNet of which nothing is known, in shares of a guided view
   * @param canvas size of the picture of which a part is drawn anew; null: all is
   * @param fast whether upscaling phases are the end of a schedule only
   */
  public record Frame(
      AreaPlace place,
      List<PixelExtent> phases,
      int factor,
      int steps,
      double usualCost,
      @Nullable PixelExtent canvas,
      boolean fast) {
    public Frame {
      phases = List.copyOf(phases);
    }

    /** What is drawn at last, before any upscaler. */
    PixelExtent drawn() {
      return phases.get(phases.size() - 1);
    }
  }

  public Conditions(ConditionSettings settings, Frame frame) {
    this.settings = settings;
    this.frame = frame;
    this.sizes = new ControlSizes(frame.phases());
  }

  /**
   * What a timestep's forwards are told.
   *
   * @param phase k, from 1
   * @param step i, from 0 in the whole schedule
   */
  public StepConditions at(int phase, int step) {
    if (settings.controls().isEmpty() && settings.adapters().isEmpty()) {
      return StepConditions.NONE;
    }
    List<StepConditions.Control> controls = new ArrayList<>();
    for (ControlUse use : settings.controls()) {
      if (counts(use, phase) && use.span().has(step, frame.steps())) {
        controls.add(control(use, phase));
      }
    }
    List<StepConditions.Adapter> adapters = new ArrayList<>();
    for (AdapterUse use : settings.adapters()) {
      if (counts(use) && use.span().has(step, frame.steps())) {
        adapters.add(new StepConditions.Adapter(use, ConditionIds.tokens(use)));
      }
    }
    return new StepConditions(phase, frame.factor(), effort(phase, step), controls, adapters);
  }

  /**
   * What the forwards of a timestep cost, where the UNet's alone cost 1: nothing needs to have been
   * looked up for that.
   */
  public double effort(int phase, int step) {
    double effort = 1;
    Set<String> passes = new HashSet<>();
    for (ControlUse use : settings.controls()) {
      if (counts(use, phase) && use.span().has(step, frame.steps()) && isPass(use, passes)) {
        effort += cost(use);
      }
    }
    return effort;
  }

  /** Whether it is evaluated by itself: several types of one union are evaluated together. */
  private static boolean isPass(ControlUse use, Set<String> passes) {
    NamedNetwork network = use.network(); // by its name where nobody looked it up
    String net = (network.isResolved() ? network.hash() : network) + " " + use.mode();
    boolean isFirst = passes.add(net);
    boolean isNewType = use.unionType().map(type -> passes.add(net + " " + type)).orElse(false);
    return isFirst || !isNewType;
  }

  private double cost(ControlUse use) {
    return use.known().map(ControlFacts::cost).orElse(frame.usualCost());
  }

  /** Whether a ControlNet is told what is drawn anew of the image's own picture. */
  public boolean followsCanvas() {
    return settings.controls().stream().anyMatch(ControlUse::isOfInpainting);
  }

  /** Whether any step of a phase is told something of the picture that the phase before drew. */
  public boolean followsPhase(int phase) {
    return settings.controls().stream()
        .anyMatch(use -> use.isOfPhase() && counts(use, phase) && hasSteps(use.span(), phase));
  }

  /** The IP-Adapters that count at all: their pictures have to be encoded. */
  public List<AdapterUse> adapters() {
    return settings.adapters().stream().filter(Conditions::counts).toList();
  }

  private static boolean counts(AdapterUse use) {
    return use.scale() != 0 || use.scale(true, 2) != 0;
  }

  private static boolean counts(ControlUse use, int phase) {
    return use.weight(phase) != 0 && (phase > 1 || !use.isOfPhase());
  }

  /** Whether a phase has a step in it. */
  private boolean hasSteps(StepSpan span, int phase) {
    return (frame.fast() && phase > 1)
        ? span.has(frame.steps() - 1, frame.steps())
        : hasSteps(span);
  }

  private boolean hasSteps(StepSpan span) {
    for (int step = 0; step < frame.steps(); step++) {
      if (span.has(step, frame.steps())) {
        return true;
      }
    }
    return false;
  }

  private StepConditions.Control control(ControlUse use, int phase) {
    AssetId file;
    @Nullable AssetId mask = null;
    PixelExtent original;
    Way way = use.resize() == ControlResize.CHAIN ? Way.CHAIN : Way.FRESH;
    PictureBytes picture = use.picture();
    if (picture != null) {
      file = ConditionIds.picture(use, picture, frame.place());
      original = frame.place().isAll() ? cut(use, picture) : frame.place().extent();
    } else if (use.isOfPhase()) {
      file = ConditionIds.phase(phase - 1);
      original = frame.phases().get(phase - 2);
      way = Way.PHASE;
    } else {
      PixelExtent canvas = frame.canvas();
      Inpainting asked = settings.inpainting();
      if (canvas == null || asked == null) {
        throw new IllegalStateException("nothing is drawn anew that " + use.network() + " follows");
      }
      file = ConditionIds.original(asked, canvas);
      mask = ConditionIds.mask(asked, canvas);
      original = canvas;
    }
    return new StepConditions.Control(
        use,
        use.weight(phase),
        new ControlPicture(file, mask, sizes.local(way, original, phase)),
        new ControlPicture(file, mask, sizes.dilated(way, phase)));
  }

  /** What of a ControlNet's own picture is laid over the image. */
  private PixelExtent cut(ControlUse use, PictureBytes picture) {
    PixelExtent whole =
        picture
            .extent()
            .orElseThrow(
                () -> new IllegalStateException("the picture of " + use.network() + " is unseen"));
    return use.fit() == ControlFit.CROP
        ? CentreCrop.of(whole, frame.place().whole()).extent()
        : whole;
  }

  /** What the user may want to know of these settings, in sentences. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    for (ControlUse use : settings.controls()) {
      never("ControlNet " + use.network(), use.span()).ifPresent(words::add);
      small(use).ifPresent(words::add);
    }
    for (AdapterUse use : settings.adapters()) {
      never("IP-Adapter " + use.network(), use.span()).ifPresent(words::add);
    }
    return words;
  }

  private Optional<String> never(String what, StepSpan span) {
    if (hasSteps(span) && !hasSteps(span, frame.phases().size())) {
      return Optional.of(
          "%s counts in phase 1 only: later phases of the method fast are the end of a schedule, after its end %s"
              .formatted(what, span.end()));
    }
    return hasSteps(span)
        ? Optional.empty()
        : Optional.of(
            "%s counts in none of the %s steps: between start %s and end %s there is no whole step"
                .formatted(what, frame.steps(), span.start(), span.end()));
  }

  private Optional<String> small(ControlUse use) {
    PictureBytes picture = use.picture();
    if (picture == null || picture.extent().isEmpty()) {
      return Optional.empty();
    }
    PixelExtent has = cut(use, picture);
    PixelExtent target = frame.place().isAll() ? frame.drawn() : frame.place().whole();
    if (use.resize() == ControlResize.CHAIN) {
      PixelExtent first = frame.phases().get(0);
      return first.area() < target.area()
          ? Optional.of(
              "ControlNet %s sees its picture with %s pixels, enlarged to the image's %s (control resize chain): nothing finer reaches it"
                  .formatted(use.network(), first, target))
          : Optional.empty();
    }
    return has.width() < target.width() || has.height() < target.height()
        ? Optional.of(
            "the control picture of %s has %s pixels and the image %s: it is enlarged, and what it does not show is not steered"
                .formatted(use.network(), has, target))
        : Optional.empty();
  }
}
