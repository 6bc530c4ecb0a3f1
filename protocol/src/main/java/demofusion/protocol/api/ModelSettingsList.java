package demofusion.protocol.api;

import java.util.List;

/** What is recommended for each of the models that workers have or had; also its JSON. */
@Schema("The models that workers have or had, with what is recommended for each.")
public record ModelSettingsList(List<ModelSettingsView> models) {
  public ModelSettingsList {
    models = List.copyOf(models);
  }
}
