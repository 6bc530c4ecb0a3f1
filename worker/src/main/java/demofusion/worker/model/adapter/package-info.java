/**
 * IP-Adapters on a device (conditioning section 4): pictures become tokens, and tokens keys and
 * values for a UNet. Read {@link demofusion.worker.model.adapter.ImagePrompts} first.
 */
@NullMarked
package demofusion.worker.model.adapter;

import org.jspecify.annotations.NullMarked;
