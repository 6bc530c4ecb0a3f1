package demofusion.worker.model.folder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The cross-attentions of a UNet in the order in which it computes them: down, middle, up.
 *
 * @param inOrder one for each layer of each transformer
 */
public record CrossAttentions(List<Place> inOrder) {
  /**
   * One of them.
   *
   * @param transformer that it is in: {@code up_blocks.0.attentions.1}
   * @param width of its queries, keys and values
   */
  public record Place(String transformer, int width) {
    private boolean isInTheMiddle() {
      return transformer.startsWith("mid_block.");
    }
  }

  public CrossAttentions {
    inOrder = List.copyOf(inOrder);
  }

  public static CrossAttentions of(UnetConfig config) {
    List<Place> places = new ArrayList<>();
    UnetWalk.through(
        config,
        new UnetWalk.Visitor() {
          @Override
          public void resnet(String layer, int in, int out, int level) {}

          @Override
          public void transformer(String layer, UnetConfig.Block shape, int depth, int level) {
            for (int n = 0; n < depth; n++) {
              places.add(new Place(layer, shape.channels()));
            }
          }
        });
    return new CrossAttentions(places);
  }

  public int size() {
    return inOrder.size();
  }

  /**
   * Their places in {@link #inOrder} as diffusers counts attention processors, and IP-Adapters
   * their layers: down, up, middle (conditioning section 4.1).
   */
  public List<Integer> middleLast() {
    List<Integer> places = new ArrayList<>();
    for (int n = 0; n < size(); n++) {
      places.add(n);
    }
    places.sort(Comparator.comparing(n -> inOrder.get(n).isInTheMiddle())); // which is stable
    return places;
  }
}
