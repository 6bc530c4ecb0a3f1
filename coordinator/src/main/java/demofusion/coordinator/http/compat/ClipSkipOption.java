package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.protocol.api.request.RenderSpec;
import java.util.Optional;

/** WebUI's option for clip skip, where 1, the default, is the model's own. */
final class ClipSkipOption {
  static final String NAME = "CLIP_stop_at_last_layers";

  private static final String FIELD = "clipSkip";

  private ClipSkipOption() {}

  /** Empty: it is not set. */
  static Optional<Integer> read(Fields options) {
    return options.integer(NAME, 0, RenderSpec.CLIP_SKIP.most().intValue());
  }

  /** Puts it into a picture, unless the same was said by our own name. */
  static void put(ObjectNode options, ObjectNode picture) {
    Fields fields = new Fields(options);
    Optional<Integer> skip = read(fields);
    fields.requireValid();
    if (!picture.has(FIELD)) {
      skip.filter(layers -> layers > 1).ifPresent(layers -> picture.put(FIELD, layers));
    }
  }
}
