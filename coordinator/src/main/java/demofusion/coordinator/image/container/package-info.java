/**
 * What surrounds the pixels in the formats that pictures come in: whether all of a file is there,
 * how it wants to be turned, and the texts that programs keep in it. Begin at {@link
 * demofusion.coordinator.image.container.PictureHead}; nothing here decodes a pixel.
 */
@NullMarked
package demofusion.coordinator.image.container;

import org.jspecify.annotations.NullMarked;
