/**
 * Pictures in and out of the farm: a PNG from rows ({@link
 * demofusion.coordinator.image.PngWriter}), rows from decoded tiles ({@link
 * demofusion.coordinator.image.TileMosaic}), the settings that a PNG carries ({@link
 * demofusion.coordinator.image.GenerationParameters}), and a picture to start from ({@link
 * demofusion.coordinator.image.FittedPicture}). Read {@link demofusion.coordinator.image.PixelRows}
 * first: nothing here holds a large picture whole.
 */
@NullMarked
package demofusion.coordinator.image;

import org.jspecify.annotations.NullMarked;
