/**
 * From words to token ids: read {@link demofusion.worker.model.text.ClipTokenizer} first. Nothing
 * here knows of a network.
 */
@NullMarked
package demofusion.worker.model.text;

import org.jspecify.annotations.NullMarked;
