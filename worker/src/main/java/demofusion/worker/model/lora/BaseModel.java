package demofusion.worker.model.lora;

import demofusion.worker.model.folder.ModelFolder;

/** The kinds of model that LoRAs are made for, as far as they can be told apart. */
enum BaseModel {
  SD_1("SD 1"),
  SD_2("SD 2"),
  SDXL("SDXL"),
  SD_3("SD 3"),
  FLUX("Flux");

  private final String title;

  BaseModel(String title) {
    this.title = title;
  }

  /** A model of one tower is SD's, and SD 2 came with another tower than SD 1. */
  static BaseModel of(ModelFolder model) {
    if (model.towers().size() > 1) {
      return SDXL;
    }
    return model.towers().get(0).config().quickGelu() ? SD_1 : SD_2;
  }

  @Override
  public String toString() {
    return title;
  }
}
