package demofusion.coordinator.render;

import demofusion.protocol.model.ModelGeometry;

/** Chooses how pictures of a model are decoded. */
@FunctionalInterface
interface Tiling {
  PictureTiling of(ModelGeometry geometry);
}
