package demofusion.protocol.api;

import java.util.List;

/** The presets, the slowest first; also its JSON. */
@Schema("The presets, with what each takes for a request.")
public record PresetList(List<PresetView> presets) {
  public PresetList {
    presets = List.copyOf(presets);
  }
}
