package demofusion.worker.model.network;

import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.torch.TorchNetwork.Joined;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a UNet's matrices have one source and so make one product: queries, keys and values of
 * what attends to itself, keys and values of what attends to the text.
 */
final class JoinedProjections {
  private static final String QUERIES = ".to_q.weight";
  private static final String KEYS = ".to_k.weight";
  private static final String VALUES = ".to_v.weight";
  private static final String TO_ITSELF = ".attn1";

  private JoinedProjections() {}

  static List<Joined> of(Weights weights) {
    List<Joined> joined = new ArrayList<>();
    for (String name : weights.layout().shapes().keySet()) {
      if (name.endsWith(QUERIES)) {
        String layer = name.substring(0, name.length() - QUERIES.length());
        joined.add(
            layer.endsWith(TO_ITSELF)
                ? new Joined(
                    layer + ".to_qkv.weight",
                    List.of(layer + QUERIES, layer + KEYS, layer + VALUES))
                : new Joined(layer + ".to_kv.weight", List.of(layer + KEYS, layer + VALUES)));
      }
    }
    return joined;
  }
}
