/**
 * Regions of a picture that have prompts of their own (conditioning section 3). Read {@link
 * demofusion.protocol.api.request.region.RegionSettings} first.
 */
@NullMarked
package demofusion.protocol.api.request.region;

import org.jspecify.annotations.NullMarked;
