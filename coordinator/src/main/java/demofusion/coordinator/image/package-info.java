/**
 * Reading and writing images: a PNG from rows ({@link demofusion.coordinator.image.PngWriter}), or
 * a JPEG or WebP ({@link demofusion.coordinator.image.PictureEncoder}), rows from decoded tiles
 * ({@link demofusion.coordinator.image.TileMosaic}), the settings that a picture carries ({@link
 * demofusion.coordinator.image.GenerationParameters}), and a source image ({@link
 * demofusion.coordinator.image.FittedPicture}). Read {@link demofusion.coordinator.image.PixelRows}
 * first: nothing here holds a whole large image in memory.
 */
@NullMarked
package demofusion.coordinator.image;

import org.jspecify.annotations.NullMarked;
