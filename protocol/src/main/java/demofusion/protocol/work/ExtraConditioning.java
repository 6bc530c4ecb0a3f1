package demofusion.protocol.work;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a forward of the UNet is told beside the text (conditioning sections 2 and 4).
 *
 * @param controls ControlNets, in the order in which their residuals are added
 * @param imagePrompts IP-Adapters, in the order in which their attention is added
 */
public record ExtraConditioning(List<ControlInput> controls, List<ImagePrompt> imagePrompts) {
  /** The text alone. */
  public static final ExtraConditioning NONE = new ExtraConditioning(List.of(), List.of());

  public ExtraConditioning {
    controls = List.copyOf(controls);
    imagePrompts = List.copyOf(imagePrompts);
  }

  public boolean isEmpty() {
    return controls.isEmpty() && imagePrompts.isEmpty();
  }

  /** Refuses controls that are not cut for so many views. */
  void requireViews(int views) {
    for (ControlInput control : controls) {
      if (control.cuts().size() != views) {
        throw new IllegalArgumentException(
            control.cuts().size() + " cuts of a picture do not fit " + views + " views");
      }
    }
  }

  /** For neighbouring views alone, from the first to the one before the last. */
  ExtraConditioning views(int from, int to) {
    return new ExtraConditioning(
        controls.stream().map(control -> control.views(from, to)).toList(), imagePrompts);
  }

  /** For some of the views alone, by their numbers. */
  public ExtraConditioning views(List<Integer> numbers) {
    return new ExtraConditioning(
        controls.stream().map(control -> control.views(numbers)).toList(), imagePrompts);
  }

  /** What the worker must have been sent before. */
  Set<AssetId> assets() {
    Set<AssetId> assets = new LinkedHashSet<>();
    controls.forEach(control -> assets.addAll(control.picture().assets()));
    imagePrompts.forEach(prompt -> assets.add(prompt.tokens()));
    return assets;
  }

  /** Every text in it, ids too. */
  List<String> texts() {
    return Stream.of(
            controls.stream().map(ControlInput::networkHash),
            imagePrompts.stream().map(ImagePrompt::adapterHash),
            assets().stream().map(AssetId::value))
        .flatMap(texts -> texts)
        .toList();
  }

  /** Rectangles and sizes in it, by which a message grows. */
  public int geometries() {
    return controls.stream()
        .mapToInt(control -> control.cuts().size() + control.picture().resizings().size())
        .sum();
  }
}
