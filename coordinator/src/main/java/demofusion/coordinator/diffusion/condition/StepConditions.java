package demofusion.coordinator.diffusion.condition;

import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.UnionType;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.PixelCut;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the forwards of one timestep are told beside their texts: the ControlNets and IP-Adapters
 * that count in it, in the order of the request.
 */
public final class StepConditions {
  /** Of a timestep in which nothing does. */
  public static final StepConditions NONE = new StepConditions(1, 1, 1, List.of(), List.of());

  private final int phase;
  private final int factor;
  private final double effort;
  private final List<Control> controls;
  private final List<Adapter> adapters;

  /**
   * A ControlNet that counts.
   *
   * @param scale of all its residuals
   * @param local P, which windows of the latent are cut out of
   * @param dilated Q, for dilated views
   */
  record Control(ControlUse use, double scale, ControlPicture local, ControlPicture dilated) {
    boolean isSoft(int phase) {
      return switch (use.mode()) {
        case PLAIN -> false;
        case SOFT -> true;
        case SOFT_UPSCALE -> phase > 1;
      };
    }
  }

  /**
   * An IP-Adapter whose steps these are.
   *
   * @param tokens what it has made of its pictures
   */
  record Adapter(AdapterUse use, AssetId tokens) {}

  /**
   * @param phase from 1
   * @param factor pixels of a latent sample on a side
   * @param effort of a forward, where the UNet alone costs 1
   */
  StepConditions(
      int phase, int factor, double effort, List<Control> controls, List<Adapter> adapters) {
    this.phase = phase;
    this.factor = factor;
    this.effort = effort;
    this.controls = List.copyOf(controls);
    this.adapters = List.copyOf(adapters);
  }

  /**
   * What a unit's forward is told.
   *
   * @param pictures how workers know {@link ConditionIds#phase}
   */
  public ExtraConditioning of(ViewBatch batch, UnaryOperator<AssetId> pictures) {
    if (controls.isEmpty() && adapters.isEmpty()) {
      return ExtraConditioning.NONE;
    }
    List<ControlInput> inputs = new ArrayList<>(controls.size());
    if (!controls.isEmpty()) {
      List<PixelCut> cuts = new ArrayList<>(batch.rows().size());
      for (View view : batch.views()) {
        cuts.add(ViewCuts.of(view, factor));
      }
      controls.forEach(control -> inputs.add(input(control, batch.isLocal(), cuts, pictures)));
    }
    List<ImagePrompt> prompts = new ArrayList<>(adapters.size());
    for (Adapter adapter : adapters) {
      double scale = adapter.use().scale(batch.isLocal(), phase);
      if (scale != 0) {
        prompts.add(
            new ImagePrompt(
                adapter.use().network().hash(), adapter.tokens(), scale, adapter.use().blocks()));
      }
    }
    return new ExtraConditioning(inputs, prompts);
  }

  private ControlInput input(
      Control control, boolean isLocal, List<PixelCut> cuts, UnaryOperator<AssetId> pictures) {
    ControlPicture picture = isLocal ? control.local() : control.dilated();
    ControlUse use = control.use();
    boolean isBlueFirst = use.known().map(ControlFacts::blueFirst).orElse(false);
    @Nullable Integer type = use.unionType().map(UnionType::index).orElse(null);
    return new ControlInput(
        use.network().hash(),
        isBlueFirst,
        type,
        control.scale(),
        control.isSoft(phase),
        new ControlPicture(pictures.apply(picture.file()), picture.mask(), picture.resizings()),
        cuts);
  }

  /** The networks beside the UNet, by their hashes. */
  public Set<String> networks() {
    return Stream.concat(
            controls.stream().map(control -> control.use().network()),
            adapters.stream().map(adapter -> adapter.use().network()))
        .map(NamedNetwork::hash)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What a forward costs in all, where the UNet alone costs 1 (conditioning section 2.6). */
  public double effort() {
    return effort;
  }
}
