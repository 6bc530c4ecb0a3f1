package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What steers an image beside its words.
 *
 * @param controls ControlNets, in the order in which they are added
 * @param adapters IP-Adapters, in the order in which they are added
 * @param inpainting which part of a picture is drawn anew; null: everything is drawn
 */
public record ConditionSettings(
    List<ControlUse> controls, List<AdapterUse> adapters, @Nullable Inpainting inpainting) {
  public static final int MOST_CONTROLS = 4;
  public static final int MOST_ADAPTERS = 2;
  public static final ConditionSettings NONE = new ConditionSettings(List.of(), List.of(), null);

  public ConditionSettings {
    controls = List.copyOf(controls);
    adapters = List.copyOf(adapters);
    requireFew("ControlNets", controls.size(), MOST_CONTROLS);
    requireFew("IP-Adapters", adapters.size(), MOST_ADAPTERS);
  }

  private static void requireFew(String what, int count, int most) {
    if (count > most) {
      throw DemofusionException.badRequest(
          "%s %s are too many for one image; it takes at most %s".formatted(count, what, most));
    }
  }

  public boolean isEmpty() {
    return controls.isEmpty() && adapters.isEmpty() && inpainting == null;
  }

  /** With the standards of the released pipeline. */
  public ConditionSettings likeReference() {
    return withControls(controls.stream().map(ControlUse::likeReference).toList());
  }

  public ConditionSettings withControls(List<ControlUse> others) {
    return new ConditionSettings(others, adapters, inpainting);
  }

  public ConditionSettings withAdapters(List<AdapterUse> others) {
    return new ConditionSettings(controls, others, inpainting);
  }

  public ConditionSettings withInpainting(@Nullable Inpainting other) {
    return new ConditionSettings(controls, adapters, other);
  }
}
