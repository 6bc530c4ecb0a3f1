/**
 * Super-resolution networks that come in files of their own: {@link
 * demofusion.protocol.model.upscaler.UpscalerFile} says what a file is and refuses the others,
 * before anything is computed with it.
 */
@NullMarked
package demofusion.protocol.model.upscaler;

import org.jspecify.annotations.NullMarked;
